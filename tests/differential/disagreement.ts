import { TAG } from '@chancery/pki'
import type { Place, Tlv } from '../fuzz/tlv.ts'
import type { Structure } from './reader.ts'

/** An input about which we are alone, made by one change of a good one. */
export interface Disagreement {
  readonly structure: Structure
  /** What was changed, as it was before. */
  readonly place: Place
  readonly change: string
  /** The words of our refusal; undefined where we alone accept. */
  readonly refusal: string | undefined
}

/** Why we alone are right. A disagreement without a row is a finding. */
export interface Allowed {
  readonly what: string
  readonly reason: string
  readonly fits: (found: Disagreement) => boolean
}

const words = (pattern: RegExp) => (found: Disagreement) => found.refusal !== undefined && pattern.test(found.refusal)
const accepted = (fits: (found: Disagreement) => boolean) => (found: Disagreement) =>
  found.refusal === undefined && fits(found)

export const ALLOWED: readonly Allowed[] = [
  {
    what: 'we alone refuse elements behind the last one of a SEQUENCE',
    reason: 'None of these types has an extension marker; what nobody reads could be read differently by the next one.',
    fits: words(
      /(has|have) (parts too many|more than (two|three) parts|two parts)|(rid|sid|name attribute) is malformed/,
    ),
  },
  {
    what: 'we alone refuse an INTEGER, an OBJECT IDENTIFIER or a BIT STRING of no octets',
    reason: 'X.690 §8.3.1, §8.6.2.3 and §8.19.2: there is at least one.',
    fits: words(/ is empty$|is malformed$/),
  },
  {
    what: 'we alone refuse what is no time',
    reason: 'RFC 5280 §4.1.2.5; the libraries make an invalid Date of it, which compares as neither before nor after.',
    fits: words(/is not a time$|is no such date$/),
  },
  {
    what: 'we alone refuse depth, number and length above our limits',
    reason: 'Each is far above what any peer sends, and is checked before anything is allocated (S-7-12).',
    fits: words(/^nested deeper|^OBJECT IDENTIFIER too long|^more than \d+/),
  },
  {
    what: 'we alone refuse an id-data content that is no OCTET STRING',
    reason: 'RFC 5652 §5.2: the octets that are digested would be a guess.',
    fits: words(/^eContent has tag/),
  },
  {
    what: 'we alone refuse a string or extension whose inside is cut off',
    reason: 'X.690 §8.1: a length reaches no further than the element around it.',
    fits: words(/^truncated|^end-of-contents/),
  },
  {
    what: 'we alone accept a string in segments',
    reason: 'X.690 §8.6.4 and §8.7.3: BER, which clients send (C-BER-03, C-BER-04).',
    fits: accepted(({ place: { tlv } }) => STRINGS.has(tlv.tag)),
  },
  {
    what: 'we alone accept any type of parameters, attribute value or value in a name',
    reason:
      'They are open types, kept as they came and judged together with their OBJECT IDENTIFIER when they are used.',
    fits: accepted(
      ({ structure, place }) =>
        behindOid(place) || (structure === 'certificationRequest' && /^0\.3\.\d+\.1/.test(place.path)),
    ),
  },
  {
    what: 'we alone accept a RecipientInfo of a kind that there is not',
    reason: 'Named by its kind, and passed over: another recipient may be ours (RFC 5652 §6.2).',
    fits: accepted(({ structure, place }) => structure === 'envelopedData' && /^1\.0\.1(\.0)?$/.test(place.path)),
  },
  {
    what: 'we alone accept another choice in a set of certificates',
    reason: 'Attribute certificates and the like are left out, not refused (RFC 5652 §10.2.2, C-ID-03).',
    fits: accepted(({ structure, place }) => structure === 'signedData' && /^1\.0\.3\.\d+$/.test(place.path)),
  },
]

const STRINGS: ReadonlySet<number> = new Set([TAG.octetString, TAG.bitString, 0x80])

/** SEQUENCE { OBJECT IDENTIFIER, …, this }. */
function behindOid({ siblings, index }: Place): boolean {
  const first: Tlv | undefined = siblings?.[0]
  return index > 0 && first?.tag === TAG.oid
}
