import { createPrivateKey } from 'node:crypto'
import {
  Asn1Error,
  type Certificate,
  nameToText,
  PkiError,
  parseCertificate,
  parseCertificationRequest,
  sameName,
  softwareSigningKey,
} from '@chancery/pki'
import { type AuthorityRecord, type Configuration, type ConfigurationEdit, uuidV7 } from '@chancery/ra'
import { newRaCertificate } from '../../installation/ra-certificate.ts'
import { dateFault } from '../../rollover/date-fault.ts'
import { firstRaPlaces, type RaPlace, raPlaces } from '../../rollover/ra-places.ts'
import { generationOf } from '../../rollover/stepping-back.ts'
import { publishedUrls } from '../../snapshot/published-urls.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { certificatesIn } from './certificates-in.ts'
import { type FitCa, fitCa } from './fit-ca.ts'
import type { MadeCa } from './new-ca.ts'

export interface CertificateBrought {
  readonly certificates: string
  /** Of a CA that follows another one. */
  readonly currentFrom: Date | null
}

export interface CertificateContext {
  readonly publicUrl: string | undefined
  readonly now: Date
}

/**
 * The certificate for a request of ours: the first CA of the authority is current at once, a later one is next. With it
 * come RA certificates for the SCEP profiles that lead to the authority, as with a next CA that is made here.
 * @throws {AdminRefusal} 409, or 422 with every fault
 */
export async function decideCertificate(
  configuration: Configuration,
  authority: AuthorityRecord,
  { certificates: text, currentFrom }: CertificateBrought,
  { publicUrl, now }: CertificateContext,
): Promise<MadeCa> {
  const { uuid: authorityUuid, name, requestedCsr, requestedKey } = authority
  if (requestedCsr === undefined || requestedKey === undefined) {
    throw new AdminRefusal(409, [`Authority "${name}" waits for no certificate. Make a request first.`])
  }
  if (generationOf(authority, configuration, 'next') !== undefined) {
    throw new AdminRefusal(409, ['A next CA is prepared already. Activate it, or withdraw it first.'])
  }
  const current = generationOf(authority, configuration, 'current')
  const fit = checked(text, requestedCsr, now)
  const date =
    current === undefined
      ? currentFrom === null
        ? undefined
        : 'currentFrom is only of a CA that follows another one.'
      : dateFault(currentFrom, current, fit.certificate.notAfter, now)
  if (date !== undefined) throw new AdminRefusal(422, [date])
  const generations = configuration.issuers.filter(({ authorityId }) => authorityId === authority.id)
  const generation = Math.max(0, ...generations.map((one) => one.generation)) + 1
  const key = softwareSigningKey(createPrivateKey({ key: requestedKey.pkcs8, format: 'der', type: 'pkcs8' }))
  const issuer = { certificate: fit.certificate, key }
  const urls = publishedUrls(publicUrl, authority, generation)
  const places =
    current === undefined ? firstRaPlaces(configuration, authority) : raPlaces(configuration, authority, current)
  const at = { authorityUuid, generation, state: 'current' } as const
  const raCertificate = async ({ scepProfileUuid, raSubject }: RaPlace): Promise<ConfigurationEdit> => {
    const row = { ...at, uuid: uuidV7(now), scepProfileUuid }
    if (raSubject === 'issuer') return { edit: 'addRaCertificate', raCertificate: { ...row, same: 'issuer' } }
    const issued = await newRaCertificate({ subject: raSubject, issuer, urls, now })
    return { edit: 'addRaCertificate', raCertificate: { ...row, ...issued } }
  }
  return {
    edits: [
      {
        edit: 'addIssuer',
        issuer: {
          authorityUuid,
          generation,
          state: current === undefined ? 'current' : 'next',
          certificate: fit.certificate.der,
          chain: fit.above.map(({ der }) => der),
          currentFrom,
          privateKey: 'requested',
        },
      },
      ...(await Promise.all(places.map(raCertificate))),
    ],
    warnings: [...fit.warnings, ...nameWarnings(fit.certificate, current?.certificate)],
  }
}

/** @throws {AdminRefusal} 422 */
function checked(text: string, csr: Buffer, now: Date): FitCa {
  const { publicKey } = parseCertificationRequest(csr)
  const [first, ...rest] = read(text)
  if (first === undefined) throw new AdminRefusal(422, ['certificates holds none.'])
  const all = [first, ...rest]
  if (!all.some((one) => one.publicKey.digest().equals(publicKey.digest()))) {
    throw new AdminRefusal(422, [
      'None of the certificates is for the key of the request. A request that was made later destroyed the key of the earlier one.',
    ])
  }
  const fit = fitCa(publicKey, [first, ...rest], now)
  if ('faults' in fit) throw new AdminRefusal(422, fit.faults)
  return fit
}

function read(text: string): Certificate[] {
  try {
    return certificatesIn(text)
  } catch (error) {
    if (!(error instanceof PkiError || error instanceof Asn1Error)) throw error
    throw new AdminRefusal(422, [`certificates ${error.message}.`])
  }
}

/** Devices take a CA with another name for another CA. */
function nameWarnings({ subject }: Certificate, current: Buffer | undefined): string[] {
  if (current === undefined) return []
  const former = parseCertificate(current).subject
  if (sameName(subject, former)) return []
  return [
    `The next CA is called ${nameToText(subject)}, the current one ${nameToText(former)}: devices see another CA.`,
  ]
}
