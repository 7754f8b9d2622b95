import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { type Attribute, parseAttribute } from '../attribute.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, octets } from '../der/value.ts'
import { readVersion } from './content-info.ts'
import { parseSignerIdentifier, type SignerIdentifier } from './signer-identifier.ts'

/** SignerInfo (RFC 5652 §5.3). Unsigned attributes are not in it: anybody can put them there. */
export interface SignerInfo {
  readonly version: number
  readonly sid: SignerIdentifier
  readonly digestAlgorithm: AlgorithmIdentifier
  readonly signedAttributes: readonly Attribute[] | undefined
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Buffer
  /** The attributes as received, over which the signature is verified. */
  readonly signedAttributesSource: Element | undefined
}

export function parseSignerInfo(e: Element): SignerInfo {
  const { children } = expectTag(e, TAG.sequence, 'SignerInfo')
  const source = children[3]?.tag === SIGNED_ATTRIBUTES ? children[3] : undefined
  const at = source === undefined ? 3 : 4
  const rest = children.slice(at + 2)
  if (rest.length > 1 || rest.some(({ tag }) => tag !== UNSIGNED_ATTRIBUTES)) {
    throw new Asn1Error('SignerInfo has parts too many')
  }
  return {
    version: readVersion(children[0], 'SignerInfo version'),
    sid: parseSignerIdentifier(child(e, 1, 'sid'), 'sid'),
    digestAlgorithm: parseAlgorithmIdentifier(child(e, 2, 'digestAlgorithm'), 'digestAlgorithm'),
    signedAttributes: source?.children.map(parseAttribute),
    signatureAlgorithm: parseAlgorithmIdentifier(child(e, at, 'signatureAlgorithm'), 'signatureAlgorithm'),
    signature: octets(children[at + 1], 'signature'),
    signedAttributesSource: source,
  }
}

const SIGNED_ATTRIBUTES = contextTag(0, true)
const UNSIGNED_ATTRIBUTES = contextTag(1, true)
