import { nameFromText, parseCertificate, publicKeyInfoOf, softwareSigningKey } from '@chancery/pki'
import { generateKey, type KeyKind } from './generate-key.ts'
import type { Issuer } from './issuer.ts'
import type { CertificateOrder } from './prepare.ts'
import { selfSignedRoot } from './root.ts'
import { newSerialNumber } from './serial-number.ts'
import { DEVICE_TEMPLATE } from './template.ts'

/** For tests: a fixed time; openssl is told the same one. */
export const NOW = new Date('2026-01-15T12:00:00Z')

/** For tests: a new self-signed CA. */
export async function newIssuer(kind: KeyKind, now = NOW): Promise<Issuer> {
  const key = softwareSigningKey(await generateKey(kind))
  const certificate = parseCertificate(await selfSignedRoot({ subject: nameFromText('CN=Root,O=Example'), key, now }))
  return { certificate, key }
}

/** For tests: an order for a device, with what the test changes in it. */
export async function newOrder(
  issuer: Issuer,
  changes: Partial<CertificateOrder> & { kind?: KeyKind } = {},
): Promise<CertificateOrder> {
  const { kind = 'p-256', ...rest } = changes
  return {
    template: DEVICE_TEMPLATE,
    subject: nameFromText('CN=printer1,O=Example'),
    subjectAltNames: [{ type: 'dns', value: 'printer1.example' }],
    publicKey: rest.publicKey ?? publicKeyInfoOf(await generateKey(kind)),
    issuer,
    serialNumber: newSerialNumber(),
    now: NOW,
    ...rest,
  }
}
