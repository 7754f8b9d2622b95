import { serialToHex } from '@chancery/pki'
import { type CertificateQuestion, type MessagePolicy, ScepError } from '@chancery/scep'
import type { Endpoint } from './endpoint.ts'
import { isOwn } from './own-certificate.ts'
import type { CertificateInventory } from './ports.ts'
import { certificateAsked, issuersAsked, nothingFound } from './question.ts'

/**
 * The certificate that a GetCert asks for (RFC 8894 §4.5): one that a device got from this endpoint's authority, revoked
 * or not. It only reads, so that one transactionID may ask as often as it likes (S-3.2.1.1-08), and it never waits.
 * @param allowed which certificates may be asked for
 * @throws {ScepError} `certificate_unknown`; `unsupported_message_type` where GetCert is switched off
 */
export async function getCertificate(
  question: CertificateQuestion,
  endpoint: Endpoint,
  { inventory }: { readonly inventory: CertificateInventory },
  allowed: MessagePolicy['getCert'],
): Promise<Buffer> {
  if (allowed === 'off') throw new ScepError('unsupported_message_type', { detail: 'GetCert is switched off' })
  const asked = await certificateAsked(question, issuersAsked(question, endpoint), inventory)
  const serial = serialToHex(question.serialNumber)
  if (asked === undefined) throw nothingFound(`the CA has issued no certificate with the serial number ${serial}`)
  const { certificate } = asked
  if (allowed === 'own' && !(await isOwn(certificate, question.signer, inventory))) {
    throw nothingFound(`the certificate ${serial} belongs to another device`)
  }
  return certificate.der
}
