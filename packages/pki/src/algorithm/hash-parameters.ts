import type { Element } from '../der/element.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag } from '../der/value.ts'
import { encode, explicit, oid, sequence } from '../der/write.ts'
import { type DigestName, digestByName, digestByOid } from './digest.ts'
import { hasNoParameters, parseAlgorithmIdentifier } from './identifier.ts'

const MGF1 = '1.2.840.113549.1.1.8'

/** What RSASSA-PSS-params and RSAES-OAEP-params share (RFC 4055 §3.1 and §4.1). */
export interface HashParameters {
  readonly hash: DigestName
  readonly mgfHash: DigestName
  /** The elements inside [2] (salt length, or label source) and [3] (trailer field), when present. */
  readonly third: Element | undefined
  readonly fourth: Element | undefined
}

/**
 * Absent fields mean SHA-1 and MGF1 with SHA-1.
 * @returns undefined when a digest or mask generation function is not ours
 * @throws {Asn1Error} when the parameters are not such a structure
 */
export function parseHashParameters(e: Element | undefined, what: string): HashParameters | undefined {
  const fields: (Element | undefined)[] = [undefined, undefined, undefined, undefined]
  for (const field of expectTag(e, TAG.sequence, what).children) {
    const number = field.tag - contextTag(0, true)
    if (number < 0 || number > 3) return undefined
    fields[number] = child(field, 0, what)
  }
  const [hashField, mgfField, third, fourth] = fields
  const hash = hashField === undefined ? 'sha1' : digestOf(hashField, what)
  const mgfHash = mgfField === undefined ? 'sha1' : maskDigestOf(mgfField, what)
  return hash === undefined || mgfHash === undefined ? undefined : { hash, mgfHash, third, fourth }
}

/** SEQUENCE of the parameters; fields at their default are left out, as DER wants. */
export function buildHashParameters(hash: DigestName, mgfHash: DigestName, ...rest: readonly Buffer[]): Buffer {
  const parts: Buffer[] = []
  if (hash !== 'sha1') parts.push(explicit(0, digestByName(hash).identifierNull))
  if (mgfHash !== 'sha1') parts.push(explicit(1, sequence(oid(MGF1), digestByName(mgfHash).identifierNull)))
  return encode(TAG.sequence, ...parts, ...rest)
}

function digestOf(e: Element, what: string): DigestName | undefined {
  const id = parseAlgorithmIdentifier(e, what)
  return hasNoParameters(id) ? digestByOid(id.oid)?.name : undefined
}

function maskDigestOf(e: Element, what: string): DigestName | undefined {
  const id = parseAlgorithmIdentifier(e, what)
  if (id.oid !== MGF1 || id.parameters === undefined) return undefined
  return digestOf(id.parameters, what)
}
