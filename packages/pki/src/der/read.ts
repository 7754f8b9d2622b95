import { Asn1Error } from './asn1-error.ts'
import { Element } from './element.ts'
import { CONSTRUCTED, TAG } from './tag.ts'

/** What a peer may make us read. Every limit is checked before anything is allocated for it. */
export interface ReadLimits {
  /** Octets of the whole input. */
  readonly bytes: number
  /** Nesting of constructed elements. */
  readonly depth: number
  /** Elements in total, end-of-contents not counted. */
  readonly elements: number
  /** Content octets of one OBJECT IDENTIFIER: long ones have made decoders quadratic. */
  readonly oidBytes: number
}

export const DEFAULT_LIMITS: ReadLimits = { bytes: 1 << 20, depth: 32, elements: 10_000, oidBytes: 64 }

/**
 * Reads one BER or DER element that fills the input.
 * @throws {Asn1Error} when the input is not one element, has bytes behind it, or exceeds a limit
 */
export function readElement(input: Uint8Array, limits: ReadLimits = DEFAULT_LIMITS): Element {
  const { element, rest } = readFirst(input, limits)
  if (rest.length > 0) throw new Asn1Error('bytes behind the end of the structure')
  return element
}

/** Reads the element at the start of the input and says what stands behind it. */
export function readFirst(input: Uint8Array, limits: ReadLimits = DEFAULT_LIMITS): { element: Element; rest: Buffer } {
  if (input.length > limits.bytes) throw new Asn1Error(`longer than ${limits.bytes} bytes`)
  const source = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  const reader = new Reader(source, limits)
  const element = reader.element(0, source.length, 0)
  return { element, rest: source.subarray(reader.position) }
}

/** One pass over one input; `position` is the end of the element read last. */
class Reader {
  position = 0
  #elements = 0
  readonly #source: Buffer
  readonly #limits: ReadLimits

  constructor(source: Buffer, limits: ReadLimits) {
    this.#source = source
    this.#limits = limits
  }

  element(start: number, limit: number, depth: number): Element {
    const source = this.#source
    if (++this.#elements > this.#limits.elements) throw new Asn1Error(`more than ${this.#limits.elements} elements`)
    if (limit - start < 2) throw new Asn1Error('truncated header')
    const tag = source[start] as number
    if ((tag & 0x1f) === 0x1f) throw new Asn1Error('tag number above 30')
    if (tag === 0) throw new Asn1Error('end-of-contents where a value is expected')
    const first = source[start + 1] as number
    if (first === 0x80) return this.#indefinite(start, limit, tag, depth)

    const header = first < 0x80 ? 2 : 2 + (first & 0x7f)
    const length = first < 0x80 ? first : this.#longLength(start + 2, first & 0x7f, limit)
    const contentStart = start + header
    const end = contentStart + length
    if (end > limit) throw new Asn1Error('truncated content')
    if (tag === TAG.oid && length > this.#limits.oidBytes) throw new Asn1Error('OBJECT IDENTIFIER too long')
    const children = (tag & CONSTRUCTED) === 0 ? NONE : this.#children(contentStart, end, depth)
    this.position = end
    return new Element(source, tag, { start, contentStart, contentEnd: end, end }, children, false)
  }

  /** X.690 §8.1.3.5; leading zero octets are BER and are accepted. */
  #longLength(at: number, octets: number, limit: number): number {
    if (octets > 8 || at + octets > limit) throw new Asn1Error('truncated or oversized length')
    let length = 0
    for (let i = 0; i < octets; i++) length = length * 256 + (this.#source[at + i] as number)
    return length
  }

  #children(from: number, end: number, depth: number): Element[] {
    if (depth >= this.#limits.depth) throw new Asn1Error(`nested deeper than ${this.#limits.depth}`)
    const children: Element[] = []
    for (let at = from; at < end; at = this.position) children.push(this.element(at, end, depth + 1))
    return children
  }

  #indefinite(start: number, limit: number, tag: number, depth: number): Element {
    if ((tag & CONSTRUCTED) === 0) throw new Asn1Error('indefinite length of a primitive element')
    if (depth >= this.#limits.depth) throw new Asn1Error(`nested deeper than ${this.#limits.depth}`)
    const source = this.#source
    const children: Element[] = []
    let at = start + 2
    for (;;) {
      if (limit - at < 2) throw new Asn1Error('end-of-contents missing')
      if (source[at] === 0 && source[at + 1] === 0) break
      children.push(this.element(at, limit, depth + 1))
      at = this.position
    }
    this.position = at + 2
    return new Element(source, tag, { start, contentStart: start + 2, contentEnd: at, end: at + 2 }, children, true)
  }
}

const NONE: readonly Element[] = []
