import { nameToText, sameName, serialToHex, shortestSerial } from '@chancery/pki'
import { type CertificateQuestion, ScepError } from '@chancery/scep'
import type { Endpoint } from './endpoint.ts'
import type { CertificateInventory, CertificateOfLine } from './ports.ts'

/**
 * Generations of the endpoint's authority that have the name in the question, in the order of `issuerNames`; never none.
 * @throws {ScepError} `certificate_unknown`
 */
export function issuersAsked({ issuer }: CertificateQuestion, { issuerNames }: Endpoint): readonly number[] {
  const ids = [...issuerNames].filter(([, name]) => sameName(name, issuer)).map(([id]) => id)
  if (ids.length === 0) throw nothingFound(`${nameToText(issuer) || 'an empty name'} is not a CA of this endpoint`)
  return ids
}

/** RFC 5280 §4.1.2.2; one more with the octet that keeps the number positive. */
const LONGEST_SERIAL = 21

/** What these issuers gave this serial number: two of them the same one by chance, that does not happen. */
export async function certificateAsked(
  { serialNumber }: CertificateQuestion,
  issuerIds: readonly number[],
  inventory: CertificateInventory,
): Promise<{ readonly issuerId: number; readonly certificate: CertificateOfLine } | undefined> {
  const shortest = shortestSerial(serialNumber)
  if (shortest === undefined || shortest.length > LONGEST_SERIAL) return undefined
  for (const issuerId of issuerIds) {
    const certificate = await inventory.findBySerial(issuerId, serialToHex(shortest))
    if (certificate !== undefined) return { issuerId, certificate }
  }
  return undefined
}

/** One answer for all that is not there, and for all that is not the asker's business (S-3.2.1.4-15, security S20). */
export function nothingFound(detail: string): ScepError {
  return new ScepError('certificate_unknown', { detail })
}
