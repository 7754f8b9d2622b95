import { hash } from 'node:crypto'
import { type DigestName, digestByName } from '../algorithm/digest.ts'
import type { SignatureScheme } from '../algorithm/signature.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { TAG } from '../der/tag.ts'
import { octets } from '../der/value.ts'
import { set, setOf } from '../der/write.ts'
import type { PublicKeyInfo } from '../key/public-key-info.ts'
import { verifySignature } from '../key/verify.ts'
import { ATTRIBUTE_OID } from './attribute-oid.ts'
import { derForm } from './der-form.ts'
import type { SignerInfo } from './signer-info.ts'

/**
 * Whether the one messageDigest attribute is the digest of the content; absent content has the digest of no octets and
 * is checked too (RFC 5652 §11.2, S-3.2-12, C-SA-07).
 */
export function verifyMessageDigest(si: SignerInfo, eContent: Buffer | undefined, digest: DigestName): boolean {
  const expected = messageDigest(si)
  return expected?.equals(hash(digestByName(digest).node, eContent ?? EMPTY, 'buffer')) === true
}

/**
 * Whether a key signed the signed attributes. Without any the answer is no: a signature over the content itself could
 * have been made over attributes (S-3.2-07).
 */
export function verifySignerInfo(si: SignerInfo, key: PublicKeyInfo, scheme: SignatureScheme): boolean {
  if (si.signedAttributesSource === undefined) return false
  for (const signed of signedForms(si.signedAttributesSource)) {
    if (verifySignature(key, scheme, signed, si.signature)) return true
  }
  return false
}

/**
 * What a sender may have signed (RFC 5652 §5.4): the attributes as they came, under the tag of a SET instead of [0]
 * (C-SA-01); the DER form of BER ones (C-SA-04); the sorted form of unsorted ones (C-SA-03).
 */
function* signedForms(source: Element): Generator<Buffer> {
  const received = Buffer.from(source.bytes)
  received[0] = TAG.set
  if (!source.indefinite) yield received
  const attributes = source.children.map(derForm)
  const inOrder = set(...attributes)
  if (!inOrder.equals(received)) yield inOrder
  const sorted = setOf(attributes)
  if (!sorted.equals(inOrder)) yield sorted
}

function messageDigest({ signedAttributes = [] }: SignerInfo): Buffer | undefined {
  const [attribute, second] = signedAttributes.filter(({ oid }) => oid === ATTRIBUTE_OID.messageDigest)
  if (attribute?.values.length !== 1 || second !== undefined) return undefined
  try {
    return octets(attribute.values[0], 'messageDigest')
  } catch (error) {
    if (error instanceof Asn1Error) return undefined
    throw error
  }
}

const EMPTY = Buffer.alloc(0)
