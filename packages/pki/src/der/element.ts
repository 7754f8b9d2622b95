import { CONSTRUCTED } from './tag.ts'

/**
 * One BER element: a view into the bytes it was read from, never a copy, so that what is hashed or compared is what
 * came over the wire.
 */
export class Element {
  /** Identifier octet: class, constructed bit and tag number below 31 (no structure of ours has a higher one). */
  readonly tag: number
  /** Elements inside, in their order; empty for a primitive element. */
  readonly children: readonly Element[]
  /** Length was given as "until end-of-contents" (X.690 §8.1.3.6): BER, not DER. */
  readonly indefinite: boolean
  readonly #source: Buffer
  readonly #start: number
  readonly #contentStart: number
  readonly #contentEnd: number
  readonly #end: number

  constructor(
    source: Buffer,
    tag: number,
    extent: { start: number; contentStart: number; contentEnd: number; end: number },
    children: readonly Element[],
    indefinite: boolean,
  ) {
    this.tag = tag
    this.children = children
    this.indefinite = indefinite
    this.#source = source
    this.#start = extent.start
    this.#contentStart = extent.contentStart
    this.#contentEnd = extent.contentEnd
    this.#end = extent.end
  }

  get constructed(): boolean {
    return (this.tag & CONSTRUCTED) !== 0
  }

  /** The whole element as it was received: identifier, length, content and, if indefinite, end-of-contents. */
  get bytes(): Buffer {
    return this.#source.subarray(this.#start, this.#end)
  }

  /** Content octets as received, without end-of-contents. */
  get content(): Buffer {
    return this.#source.subarray(this.#contentStart, this.#contentEnd)
  }
}
