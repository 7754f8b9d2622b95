import { type CertificateQuestion, ScepError } from '@chancery/scep'
import type { Endpoint } from './endpoint.ts'
import type { CertificateInventory, PublishedCrls } from './ports.ts'
import { certificateAsked, issuersAsked, nothingFound } from './question.ts'

export interface GetCrlPorts {
  readonly inventory: CertificateInventory
  readonly crls: PublishedCrls
}

/**
 * The newest CRL of the issuer that a GetCRL names (RFC 8894 §4.6), whoever asks: it is public. The serial number need
 * not be known; it only tells generations of one name apart, and without it the current one is meant.
 * @throws {ScepError} `certificate_unknown`; `unsupported_message_type` where GetCRL is switched off
 */
export async function getCrl(
  question: CertificateQuestion,
  endpoint: Endpoint,
  { inventory, crls }: GetCrlPorts,
  allowed: boolean,
): Promise<Buffer> {
  if (!allowed) throw new ScepError('unsupported_message_type', { detail: 'GetCRL is switched off' })
  const named = issuersAsked(question, endpoint)
  const asked = named.length === 1 ? undefined : await certificateAsked(question, named, inventory)
  for (const issuerId of asked === undefined ? named : [asked.issuerId]) {
    const crl = await crls.newest(issuerId)
    if (crl !== undefined) return crl.der
  }
  throw nothingFound('the CA has no CRL yet')
}
