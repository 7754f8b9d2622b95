import { hash as digestOf, randomBytes } from 'node:crypto'
import { type DigestName, digestByName } from '../algorithm/digest.ts'
import { PkiError } from '../pki-error.ts'

/**
 * EME-OAEP with an empty label (RFC 8017 §7.1), because node:crypto cannot use one hash for the label and another for
 * MGF1, which Java clients do, and because a failure here must not be an exception: that would be an oracle (Manger).
 */
export function oaepPad(message: Buffer, blockLength: number, hash: DigestName, mgfHash: DigestName): Buffer {
  const { length, node } = digestByName(hash)
  const padding = blockLength - message.length - 2 * length - 2
  if (padding < 0) throw new PkiError('ERR_PKI_INVALID', 'RSA key is too short for OAEP with this digest')
  const label = digestOf(node, '', 'buffer')
  const data = Buffer.concat([label, Buffer.alloc(padding), ONE, message])
  const seed = randomBytes(length)
  xorMask(data, seed, mgfHash)
  xorMask(seed, data, mgfHash)
  return Buffer.concat([ZERO, seed, data])
}

/** Undefined when the padding is wrong. Every octet is looked at in every case. */
export function oaepUnpad(block: Buffer, hash: DigestName, mgfHash: DigestName): Buffer | undefined {
  const { length, node } = digestByName(hash)
  if (block.length < 2 * length + 2) return undefined
  const seed = Buffer.from(block.subarray(1, 1 + length))
  const data = Buffer.from(block.subarray(1 + length))
  xorMask(seed, data, mgfHash)
  xorMask(data, seed, mgfHash)

  const label = digestOf(node, '', 'buffer')
  let bad = block[0] as number
  for (let i = 0; i < length; i++) bad |= (data[i] as number) ^ (label[i] as number)
  let searching = 1
  let start = 0
  for (let i = length; i < data.length; i++) {
    const octet = data[i] as number
    const isZero = ((octet - 1) >>> 31) & 1
    const isOne = (((octet ^ 1) - 1) >>> 31) & 1
    bad |= searching & ~(isZero | isOne) & 1
    start += searching
    searching &= isZero
  }
  bad |= searching
  return bad === 0 ? data.subarray(length + start) : undefined
}

/** MGF1 (RFC 8017 §B.2.1), applied in place. */
function xorMask(target: Buffer, seed: Buffer, hash: DigestName): void {
  const { length, node } = digestByName(hash)
  const input = Buffer.alloc(seed.length + 4)
  seed.copy(input)
  for (let at = 0, counter = 0; at < target.length; at += length, counter++) {
    input.writeUInt32BE(counter, seed.length)
    const mask = digestOf(node, input, 'buffer')
    const end = Math.min(length, target.length - at)
    for (let i = 0; i < end; i++) target[at + i] = (target[at + i] as number) ^ (mask[i] as number)
  }
}

const ZERO = Buffer.from([0])
const ONE = Buffer.from([1])
