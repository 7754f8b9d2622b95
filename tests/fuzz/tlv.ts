import { type Element, readElement, TAG } from '@chancery/pki'

/** How the length of an element is written: right in one of the forms of X.690 §8.1.3, or wrong. */
export const LENGTHS = ['shortest', 'padded', 'indefinite', 'too long', 'too short', 'huge', 'endless'] as const
export type LengthForm = (typeof LENGTHS)[number]

/** An element that can be changed: unlike one that was read, it may be wrong in every way. */
export interface Tlv {
  tag: number
  length: LengthForm
  /** Octets before the content or the elements: the count of unused bits of a BIT STRING. */
  before: Buffer
  content: Buffer | Tlv[]
}

/** Octets as a tree; OCTET STRINGs and BIT STRINGs that hold whole elements are opened, so that changes reach them. */
export function tlvOf(bytes: Buffer): Tlv {
  return fromElement(readElement(bytes, WIDE))
}

const WIDE = { bytes: 1 << 22, depth: 64, elements: 200_000, oidBytes: 1 << 16 }
const NOTHING = Buffer.alloc(0)

function fromElement(e: Element): Tlv {
  const length = e.indefinite ? 'indefinite' : 'shortest'
  if (e.constructed) return { tag: e.tag, length, before: NOTHING, content: e.children.map(fromElement) }
  const before = e.content.subarray(0, e.tag === TAG.bitString ? 1 : 0)
  const opened = e.tag === TAG.octetString || (e.tag === TAG.bitString && before[0] === 0)
  const inner = opened ? holds(e.content.subarray(before.length)) : undefined
  return { tag: e.tag, length, ...(inner ? { before, content: [inner] } : { before: NOTHING, content: e.content }) }
}

/** Only what begins like a structure: random octets are an element now and then. */
function holds(content: Buffer): Tlv | undefined {
  if (content.length < 2 || !STRUCTURES.has(content[0] as number)) return undefined
  try {
    return tlvOf(content)
  } catch {
    return undefined
  }
}

const STRUCTURES: ReadonlySet<number> = new Set([TAG.sequence, TAG.set, TAG.octetString, TAG.bitString, TAG.integer])

export function encodeTlv({ tag, length, before, content }: Tlv): Buffer {
  const inside = Buffer.isBuffer(content) ? [before, content] : [before, ...content.map(encodeTlv)]
  const size = inside.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Buffer.from([tag]), lengthOctets(length, size), ...inside, ...END[length]])
}

const END: Record<LengthForm, Buffer[]> = {
  shortest: [],
  padded: [],
  indefinite: [Buffer.alloc(2)],
  'too long': [],
  'too short': [],
  huge: [],
  endless: [],
}

function lengthOctets(form: LengthForm, size: number): Buffer {
  if (form === 'indefinite' || form === 'endless') return Buffer.from([0x80])
  if (form === 'padded') return Buffer.concat([Buffer.from([0x86]), unsigned(size, 6)])
  if (form === 'huge') return Buffer.from('88ffffffffffffffff', 'hex')
  const said = form === 'too long' ? size + 1 : form === 'too short' ? Math.max(0, size - 1) : size
  if (said < 0x80) return Buffer.from([said])
  const octets = said < 0x100 ? 1 : said < 0x10000 ? 2 : said < 0x1000000 ? 3 : 4
  return Buffer.concat([Buffer.from([0x80 | octets]), unsigned(said, octets)])
}

function unsigned(value: number, octets: number): Buffer {
  const out = Buffer.alloc(octets)
  out.writeUIntBE(value, 0, octets)
  return out
}

export function copyOf({ tag, length, before, content }: Tlv): Tlv {
  return { tag, length, before, content: Buffer.isBuffer(content) ? content : content.map(copyOf) }
}

/** An element with where it stands; the root has no place. */
export interface Place {
  readonly tlv: Tlv
  readonly siblings: Tlv[] | undefined
  readonly index: number
  /** Indices from the root: `1.0.2`. */
  readonly path: string
}

/** Every element of the tree, outer ones first. */
export function placesIn(root: Tlv): Place[] {
  const places: Place[] = []
  const visit = (tlv: Tlv, siblings: Tlv[] | undefined, index: number, path: string) => {
    places.push({ tlv, siblings, index, path })
    if (Buffer.isBuffer(tlv.content)) return
    const { content } = tlv
    content.forEach((child, at) => {
      visit(child, content, at, path === '' ? `${at}` : `${path}.${at}`)
    })
  }
  visit(root, undefined, 0, '')
  return places
}
