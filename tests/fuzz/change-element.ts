import { TAG } from '@chancery/pki'
import { EXTREMES, OIDS, TAGS } from './extreme.ts'
import type { Noise } from './noise.ts'
import { copyOf, LENGTHS, type Place, type Tlv } from './tlv.ts'

/** What a change may take from elsewhere. */
export interface Donors {
  readonly noise: Noise
  /** An element of another sample, or of this one. */
  other(): Tlv
}

type Change = (place: Place, donors: Donors) => void

/** Changes of one element that leave the lengths around it right. A new way to spoil a message is a new row. */
export const ELEMENT_CHANGES: Readonly<Record<string, Change>> = {
  'left out': ({ siblings, index }) => siblings?.splice(index, 1),
  doubled: ({ siblings, index, tlv }) => siblings?.splice(index, 0, copyOf(tlv)),
  'many times': ({ siblings, index, tlv }, { noise }) => repeat(siblings, index, tlv, 2 + noise.below(40)),
  'changed over with another': ({ siblings, index }, { noise }) => {
    if (siblings === undefined) return
    const other = noise.below(siblings.length)
    const [a, b] = [siblings[index] as Tlv, siblings[other] as Tlv]
    siblings[index] = b
    siblings[other] = a
  },
  'replaced by another': ({ tlv }, { other }) => become(tlv, other()),
  'with another inserted': ({ siblings, index }, { other }) => siblings?.splice(index, 0, other()),
  'with another at its end': ({ tlv }, { other }) => {
    if (!Buffer.isBuffer(tlv.content)) tlv.content.push(other())
  },
  'of another tag': ({ tlv }, { noise }) => {
    tlv.tag = noise.once(4) ? noise.below(256) : noise.pick(TAGS)
  },
  'constructed, or primitive': ({ tlv }) => {
    tlv.tag ^= 0x20
  },
  'of another class': ({ tlv }, { noise }) => {
    tlv.tag = (tlv.tag & 0x3f) | (noise.below(4) << 6)
  },
  'of another length': ({ tlv }, { noise }) => {
    tlv.length = noise.pick(LENGTHS)
  },
  extreme: ({ tlv }, { noise }) => {
    tlv.content = noise.pick(EXTREMES[tlv.tag] ?? EXTREMES[0] ?? [])
  },
  'of any octets': ({ tlv }, { noise }) => {
    tlv.content = noise.octets(noise.below(noise.once(20) ? 2000 : 24))
  },
  'with an octet changed': ({ tlv }, { noise }) => {
    if (!Buffer.isBuffer(tlv.content) || tlv.content.length === 0) return
    tlv.content = Buffer.from(tlv.content)
    tlv.content[noise.below(tlv.content.length)] = noise.below(256)
  },
  empty: ({ tlv }) => {
    tlv.content = Buffer.alloc(0)
  },
  'without its last one': ({ tlv }) => {
    if (Buffer.isBuffer(tlv.content)) tlv.content = tlv.content.subarray(0, -1)
    else tlv.content.pop()
  },
  wrapped: ({ tlv }, { noise }) => nest(tlv, 1, noise.pick(TAGS) | 0x20),
  'nested deep': ({ tlv }, { noise }) => nest(tlv, noise.below(60), noise.once(2) ? TAG.sequence : tlv.tag | 0x20),
  unwrapped: ({ tlv, siblings, index }) => {
    if (!Buffer.isBuffer(tlv.content)) siblings?.splice(index, 1, ...tlv.content)
  },
  'in segments': ({ tlv }, { noise }) => segment(tlv, noise),
  reversed: ({ tlv }) => {
    if (!Buffer.isBuffer(tlv.content)) tlv.content.reverse()
  },
  'of another algorithm or type': ({ tlv }, { noise }) => {
    if (tlv.tag === TAG.oid) tlv.content = noise.pick(OIDS)
  },
}

function become(tlv: Tlv, other: Tlv): void {
  Object.assign(tlv, other)
}

export function repeat(siblings: Tlv[] | undefined, index: number, tlv: Tlv, times: number): void {
  siblings?.splice(index, 0, ...Array.from({ length: times }, () => copyOf(tlv)))
}

function nest(tlv: Tlv, depth: number, tag: number): void {
  for (let level = 0; level < depth; level++) {
    const inner = { ...tlv }
    become(tlv, { tag, length: 'shortest', before: Buffer.alloc(0), content: [inner] })
  }
}

/** X.690 §8.6.4, §8.7.3: a string as a constructed element of parts, under its own tag or an IMPLICIT one. */
function segment(tlv: Tlv, noise: Noise): void {
  if (!Buffer.isBuffer(tlv.content) || tlv.content.length > 100_000) return
  const step = 1 + noise.below(noise.once(3) ? 4 : 400)
  const tag = tlv.tag < 0x20 ? tlv.tag : TAG.octetString
  const parts: Tlv[] = []
  for (let at = 0; at < tlv.content.length; at += step) {
    const content = tlv.content.subarray(at, at + step)
    parts.push({ tag, length: 'shortest', before: Buffer.alloc(0), content })
  }
  const length = noise.once(2) ? 'indefinite' : 'shortest'
  become(tlv, { tag: tlv.tag | 0x20, length, before: Buffer.alloc(0), content: parts })
}
