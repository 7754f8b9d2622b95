import type { AlgorithmIdentifier } from '../../algorithm/identifier.ts'
import { Asn1Error } from '../../der/asn1-error.ts'
import type { Element } from '../../der/element.ts'
import { readElement } from '../../der/read.ts'
import { CONSTRUCTED, contextTag, TAG } from '../../der/tag.ts'
import { child, smallInteger } from '../../der/value.ts'
import { integer, octetString, sequence } from '../../der/write.ts'

/** GCMParameters (RFC 5084 §3.2). */
export interface GcmParameters {
  readonly nonce: Buffer
  readonly tagBytes: number
}

export const GCM_NONCE_BYTES = 12
export const GCM_TAG_BYTES = 16
/** What the length of the tag is where it is not said; the shortest that may be. */
const DEFAULT_TAG_BYTES = 12

/** The parameters, or undefined for whatever is wrong with them: they stand in the clear. */
export function gcmParameters({ parameters }: AlgorithmIdentifier): GcmParameters | undefined {
  try {
    const { children } = unwrapped(parameters)
    const [nonce, tagLength] = children
    if (nonce?.tag !== TAG.octetString && nonce?.tag !== GO_NONCE) return undefined
    const tagBytes = tagLength === undefined ? DEFAULT_TAG_BYTES : smallInteger(tagLength, 'ICVlen')
    const fits = nonce.content.length === GCM_NONCE_BYTES && tagBytes >= DEFAULT_TAG_BYTES && tagBytes <= GCM_TAG_BYTES
    return fits && children.length <= 2 ? { nonce: nonce.content, tagBytes } : undefined
  } catch (error) {
    if (error instanceof Asn1Error) return undefined
    throw error
  }
}

export function buildGcmParameters(nonce: Buffer): Buffer {
  return sequence(octetString(nonce), integer(GCM_TAG_BYTES))
}

/**
 * The pkcs7 libraries in Go (mozilla, micromdm, smallstep) write the parameters into one SEQUENCE more, whose identifier
 * octet lacks the bit that says "constructed", and the nonce under the context tag 4.
 */
function unwrapped(parameters: Element | undefined): Element {
  if (parameters?.tag === GO_SEQUENCE) return readElement(parameters.content)
  if (parameters?.tag !== TAG.sequence) throw new Asn1Error('GCMParameters are no SEQUENCE')
  const inner = child(parameters, 0, 'nonce')
  return inner.tag === TAG.sequence ? inner : parameters
}

const GO_SEQUENCE = TAG.sequence & ~CONSTRUCTED
const GO_NONCE = contextTag(4, false)
