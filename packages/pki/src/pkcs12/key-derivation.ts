import { hash } from 'node:crypto'
import { type DigestName, digestByName } from '../algorithm/digest.ts'
import type { Work } from './limits.ts'

/** What the octets are for (RFC 7292 §B.3). */
export const PURPOSE = { encryptionKey: 1, initialisationVector: 2, macKey: 3 } as const

export interface Pkcs12Derivation {
  readonly salt: Buffer
  readonly iterations: number
  readonly digest: Exclude<DigestName, 'md5'>
}

/** So many digests take a few milliseconds; then others have their turn. */
const AT_ONCE = 4000

/** Octets from a password (RFC 7292 §B.2). `password` as `bmpPassword` writes it. */
export async function deriveOctets(
  password: Buffer,
  { salt, iterations, digest }: Pkcs12Derivation,
  purpose: (typeof PURPOSE)[keyof typeof PURPOSE],
  length: number,
  { pause }: Pick<Work, 'pause'>,
): Promise<Buffer> {
  const { node } = digestByName(digest)
  const block = digest === 'sha384' || digest === 'sha512' ? 128 : 64
  const diversifier = Buffer.alloc(block, purpose)
  const input = Buffer.concat([repeated(salt, block), repeated(password, block)])
  const parts: Buffer[] = []
  for (let made = 0; made < length; ) {
    const part = await hashed(node, Buffer.concat([diversifier, input]), iterations, pause)
    parts.push(part)
    made += part.length
    addToBlocks(input, Buffer.alloc(block, part), block)
  }
  return Buffer.concat(parts).subarray(0, length)
}

/** UTF-16 in network order with a NUL behind it (RFC 7292 §B.1). */
export function bmpPassword(password: string): Buffer {
  return Buffer.from(`${password}\0`, 'utf16le').swap16()
}

async function hashed(node: string, first: Buffer, iterations: number, pause: Work['pause']): Promise<Buffer> {
  let value = first
  for (let i = 1; i <= iterations; i++) {
    value = hash(node, value, 'buffer')
    if (i % AT_ONCE === 0) await pause()
  }
  return value
}

/** As many whole blocks as hold it. */
function repeated(octets: Buffer, block: number): Buffer {
  return octets.length === 0 ? octets : Buffer.alloc(Math.ceil(octets.length / block) * block, octets)
}

/** Each block becomes itself plus the other plus one, modulo its size. */
function addToBlocks(blocks: Buffer, other: Buffer, block: number): void {
  for (let start = 0; start < blocks.length; start += block) {
    let carry = 1
    for (let i = block - 1; i >= 0; i--) {
      const sum = (blocks[start + i] as number) + (other[i] as number) + carry
      blocks[start + i] = sum & 0xff
      carry = sum >> 8
    }
  }
}
