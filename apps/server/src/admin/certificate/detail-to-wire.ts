import { hash } from 'node:crypto'
import type { CertificateDetail } from '@chancery/api'
import { encodePem, nameToText, parseCertificate } from '@chancery/pki'
import type { Configuration } from '@chancery/ra'
import type { CertificateEntry } from '@chancery/store'
import { attributesToWire } from '../attributes.ts'
import { describeCertificate, keyName } from './describe.ts'
import { entryToWire } from './entry-to-wire.ts'

/** Everything that is known of a certificate; what belongs to its SCEP profile as the profile is at this moment. */
export function detailToWire(
  entry: CertificateEntry & { readonly der: Buffer },
  { scepProfiles }: Configuration,
): CertificateDetail {
  const { der, endpoint, transactionUuid } = entry
  const certificate = parseCertificate(der)
  const [, ...names] = describeCertificate(der).names
  const metadata = scepProfiles.find(({ name }) => name === entry.scepProfile)?.metadata
  const associations = metadata?.certificateAssociations ?? null
  return {
    ...entryToWire(entry),
    subject: nameToText(certificate.subject),
    subjectAltNames: names,
    issuer: nameToText(certificate.issuer),
    endpoint,
    key: keyName(certificate.publicKey),
    keyFingerprint: certificate.publicKey.digest().toString('hex'),
    sha1Fingerprint: hash('sha1', der, 'hex'),
    transactionUuid,
    customAttributes: attributesToWire(metadata?.customAttributes ?? []),
    certificateAssociations: associations && {
      ownerUuid: associations.ownerUuid,
      groupUuids: [...associations.groupUuids],
      customAttributes: attributesToWire(associations.customAttributes),
    },
    pem: encodePem('CERTIFICATE', der),
  }
}
