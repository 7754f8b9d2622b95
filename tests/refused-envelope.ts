import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import type { Certificate } from '@chancery/pki'
import { type EnvelopeParts, encryptKey, envelopeParts } from './hand-made.ts'

export interface Material {
  /** A good certification request, so that what is wrong is the one thing that is said to be. */
  readonly csr: Buffer
  readonly recipient: Certificate
  /** Somebody else's, with an RSA key of the same length. */
  readonly stranger: Certificate
}

/** The six ways to fail that nobody may tell apart (issue 3; S-7-01, S-7-02), in messages of one size. */
export const REFUSED_ENVELOPES = {
  'wrong RSA padding': (material) => ({ ...good(material), encryptedKey: wronglyPadded(material.recipient) }),
  'wrong content key': (material) => ({
    ...good(material),
    encryptedKey: encryptKey(randomBytes(16), material.recipient),
  }),
  'bad CBC padding': ({ csr, recipient }) => unpadded(wholeBlocks(csr.length), recipient),
  'plaintext that is no PKCS#10': ({ csr, recipient }) => envelopeParts(randomBytes(csr.length), recipient),
  'request with a bad signature': ({ csr, recipient }) => envelopeParts(flipped(csr, csr.length - 5), recipient),
  'wrong recipient': ({ csr, stranger }) => envelopeParts(csr, stranger),
} as const satisfies Readonly<Record<string, (material: Material) => EnvelopeParts>>

export type RefusedEnvelope = keyof typeof REFUSED_ENVELOPES

const good = ({ csr, recipient }: Material): EnvelopeParts => envelopeParts(csr, recipient)

/** A block of type 1, as signatures have it, where type 2 belongs (RFC 8017 §7.2.1). */
function wronglyPadded({ publicKey }: Certificate): Buffer {
  const block = Buffer.alloc(publicKey.modulus?.length ?? 0, 0xff)
  block.set([0, 1])
  block[block.length - 17] = 0
  randomBytes(16).copy(block, block.length - 16)
  return publicEncrypt({ key: publicKey.keyObject(), padding: constants.RSA_NO_PADDING }, block)
}

/** As many blocks as padded content has, the last octet no padding length. */
function wholeBlocks(contentLength: number): Buffer {
  const blocks = randomBytes(contentLength + 16 - (contentLength % 16))
  blocks[blocks.length - 1] = 17
  return blocks
}

/** Whole blocks under the right key, without padding of their own. */
export function unpadded(blocks: Buffer, recipient: Certificate): EnvelopeParts {
  const contentKey = randomBytes(16)
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', contentKey, iv).setAutoPadding(false)
  const encryptedContent = Buffer.concat([cipher.update(blocks), cipher.final()])
  return { recipient, encryptedKey: encryptKey(contentKey, recipient), iv, encryptedContent }
}

/** @param at from the end where it is negative */
export function flipped(octets: Buffer, at: number): Buffer {
  const copy = Buffer.from(octets)
  const index = at < 0 ? copy.length + at : at
  copy[index] = (copy[index] as number) ^ 0x20
  return copy
}
