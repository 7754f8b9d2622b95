import { randomBytes } from 'node:crypto'
import { generateKey, type Issuer, type KeyKind, selfSignedRoot } from '@chancery/ca'
import { nameFromText, parseCertificate, softwareSigningKey } from '@chancery/pki'
import {
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_KEY_RULES,
  DEFAULT_SUBJECT_RULES,
  type FirstInstallation,
  uuidV7,
} from '@chancery/ra'
import type { RaKeyKind } from '../config.ts'
import { publishedUrls } from '../snapshot/published-urls.ts'
import { exported, newRaCertificate } from './ra-certificate.ts'

export interface InstallationOptions {
  readonly caKey: KeyKind
  readonly raKey: RaKeyKind
  readonly publicUrl: string | undefined
  readonly now: Date
}

const AUTHORITY = 'default'
const FIRST_GENERATION = 1

/**
 * A working installation out of nothing: a CA, an RA certificate unless the CA is its own RA, an RA profile and a SCEP profile `default` that asks
 * for one-time challenges, and answers the conventional addresses.
 */
export async function firstInstallation(options: InstallationOptions): Promise<FirstInstallation> {
  const { caKey, raKey, now } = options
  const privateKey = await generateKey(caKey)
  const key = softwareSigningKey(privateKey)
  // Two installations whose CAs have one name confuse whoever trusts both.
  const label = randomBytes(4).toString('hex')
  const isOwnRa = raKey === 'ca'
  const root = await selfSignedRoot({ subject: nameFromText(`CN=Chancery CA ${label}`), key, now, isOwnRa })
  const uuid = uuidV7(now)
  const raCertificate = isOwnRa
    ? ({ uuid, same: 'issuer' } as const)
    : { uuid, ...(await firstRaCertificate(label, { certificate: parseCertificate(root), key }, options)) }
  return {
    authority: { uuid: uuidV7(now), name: AUTHORITY, kind: 'built-in' },
    issuer: { certificate: root, chain: [], privateKey: exported(privateKey) },
    raProfile: {
      uuid: uuidV7(now),
      name: 'default',
      description: 'Made on the first start.',
      enabled: true,
      certificate: DEFAULT_CERTIFICATE_SETTINGS,
      subject: DEFAULT_SUBJECT_RULES,
      keys: DEFAULT_KEY_RULES,
    },
    scepProfile: {
      uuid: uuidV7(now),
      name: 'default',
      description: 'Made on the first start.',
      enabled: true,
      isDefault: true,
      challengeKind: 'one-time',
      staticChallenge: undefined,
      compatibility: { profile: 'default', overrides: {} },
      includeCaCertificate: false,
      includeCaCertificateChain: false,
      renewalThresholdDays: null,
      allowPolling: false,
    },
    raCertificate,
  }
}

function firstRaCertificate(label: string, issuer: Issuer, { publicUrl, now }: InstallationOptions) {
  const subject = nameFromText(`CN=Chancery RA ${label}`)
  return newRaCertificate({
    subject,
    issuer,
    urls: publishedUrls(publicUrl, { name: AUTHORITY, settings: {} }, FIRST_GENERATION),
    now,
  })
}
