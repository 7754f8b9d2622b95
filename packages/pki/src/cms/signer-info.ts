import { hash } from 'node:crypto'
import { type DigestName, digestByName } from '../algorithm/digest.ts'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import type { SignatureScheme } from '../algorithm/signature.ts'
import { type Attribute, parseAttribute } from '../attribute.ts'
import type { Element } from '../der/element.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, octets, smallInteger } from '../der/value.ts'
import { encode, setOf } from '../der/write.ts'
import type { PublicKeyInfo } from '../key/public-key-info.ts'
import { verifySignature } from '../key/verify.ts'
import { parseSignerIdentifier, type SignerIdentifier } from './signer-identifier.ts'

export const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'

/** SignerInfo (RFC 5652 §5.3). Unsigned attributes are not even read: nothing vouches for them. */
export interface SignerInfo {
  readonly version: number
  readonly sid: SignerIdentifier
  readonly digestAlgorithm: AlgorithmIdentifier
  readonly signedAttributes: readonly Attribute[] | undefined
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Buffer
  /** The [0] element of the signed attributes as received. */
  readonly signedAttributesSource: Element | undefined
}

const SIGNED_ATTRIBUTES = contextTag(0, true)

export function parseSignerInfo(e: Element): SignerInfo {
  expectTag(e, TAG.sequence, 'SignerInfo')
  const source = e.children[3]?.tag === SIGNED_ATTRIBUTES ? e.children[3] : undefined
  const at = source === undefined ? 3 : 4
  return {
    version: smallInteger(e.children[0], 'SignerInfo version'),
    sid: parseSignerIdentifier(e.children[1], 'signer identifier'),
    digestAlgorithm: parseAlgorithmIdentifier(child(e, 2, 'digestAlgorithm'), 'digestAlgorithm'),
    signedAttributes: source?.children.map(parseAttribute),
    signatureAlgorithm: parseAlgorithmIdentifier(child(e, at, 'signatureAlgorithm'), 'signatureAlgorithm'),
    signature: octets(e.children[at + 1], 'signature'),
    signedAttributesSource: source,
  }
}

/** The messageDigest attribute, once and with one value, is the digest of the content; of nothing, where there is none. */
export function verifyMessageDigest(signer: SignerInfo, eContent: Buffer | undefined, digest: DigestName): boolean {
  const attributes = signer.signedAttributes?.filter((attribute) => attribute.oid === MESSAGE_DIGEST) ?? []
  const [value] = attributes[0]?.values ?? []
  if (attributes.length !== 1 || attributes[0]?.values.length !== 1 || value?.tag !== TAG.octetString) return false
  return value.content.equals(hash(digestByName(digest).node, eContent ?? Buffer.alloc(0), 'buffer'))
}

/**
 * The signature over the signed attributes: as they were received, their tag changed to SET OF (RFC 5652 §5.4); where
 * that fails and they were not DER, over their DER. Without signed attributes nothing is ever valid: the signature
 * would be over content that a forger takes from attributes.
 */
export function verifySignerInfo(signer: SignerInfo, key: PublicKeyInfo, scheme: SignatureScheme): boolean {
  const source = signer.signedAttributesSource
  if (source === undefined) return false
  const received = encode(TAG.set, source.content)
  if (!source.indefinite && verifySignature(key, scheme, received, signer.signature)) return true
  const sorted = setOf(source.children.map(toDer))
  return !sorted.equals(received) && verifySignature(key, scheme, sorted, signer.signature)
}

/** DER of an element that may be BER: definite lengths, strings in one piece, sets sorted. */
function toDer(e: Element): Buffer {
  if (e.tag === (TAG.octetString | 0x20)) return encode(TAG.octetString, octets(e, 'octets'))
  if (!e.constructed) return encode(e.tag, e.content)
  const children = e.children.map(toDer)
  return e.tag === TAG.set ? setOf(children) : encode(e.tag, ...children)
}
