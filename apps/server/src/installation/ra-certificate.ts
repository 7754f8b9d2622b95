import type { KeyObject } from 'node:crypto'
import { generateKey, type Issuer, newSerialNumber, prepare, RA_CERTIFICATE_TEMPLATE, sign } from '@chancery/ca'
import type { PublishedUrls } from '@chancery/connectors'
import { type Name, publicKeyInfoOf } from '@chancery/pki'
import type { IssuedRaCertificate, PrivateKeyMaterial } from '@chancery/ra'

export interface RaCertificateOrder {
  readonly subject: Name
  readonly issuer: Issuer
  readonly urls: PublishedUrls
  readonly now: Date
}

/** A key that opens messages and signs replies, with the issuer's certificate for it. RSA-2048: every client can. */
export async function newRaCertificate({
  subject,
  issuer,
  urls,
  now,
}: RaCertificateOrder): Promise<Omit<IssuedRaCertificate, 'uuid'>> {
  const privateKey = await generateKey('rsa-2048')
  const serialNumber = newSerialNumber()
  const prepared = prepare({
    template: { ...RA_CERTIFICATE_TEMPLATE, ...urls },
    subject,
    subjectAltNames: [],
    publicKey: publicKeyInfoOf(privateKey),
    issuer,
    serialNumber,
    now,
  })
  const { notBefore, notAfter } = prepared
  const certificate = await sign(prepared, issuer.key)
  return { certificate, privateKey: exported(privateKey), serialNumber, notBefore, notAfter }
}

/** As the store seals it. */
export function exported(key: KeyObject): PrivateKeyMaterial {
  return { kind: 'software', pkcs8: key.export({ type: 'pkcs8', format: 'der' }) }
}
