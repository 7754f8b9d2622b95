import { Asn1Error, type Name, parseName, readElement, TAG, value } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import type { OpenedEnvelope } from './open-envelope.ts'

/**
 * IssuerAndSerialNumber (RFC 8894 §3.3.4).
 * @throws {ScepError} `certificate_unknown`, the same as for a certificate that is not there: whether a captured envelope,
 * changed and signed anew, opens must show nowhere (design, rule 13)
 */
export function readIssuerAndSerial({ content, fault }: OpenedEnvelope): {
  readonly issuer: Name
  readonly serialNumber: Buffer
} {
  if (content === undefined) throw new ScepError('certificate_unknown', { detail: fault })
  try {
    const pair = readElement(content)
    if (pair.tag !== TAG.sequence || pair.children.length !== 2) throw new Asn1Error('it is not a pair')
    const issuer = parseName(value.child(pair, 0, 'issuer'))
    return { issuer, serialNumber: value.integerBytes(pair.children[1], 'serial number') }
  } catch (cause) {
    throw new ScepError('certificate_unknown', {
      detail: 'the decrypted content is not an issuer and serial number',
      cause,
    })
  }
}
