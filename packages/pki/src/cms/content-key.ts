import { randomBytes } from 'node:crypto'

/**
 * The candidate if it is as long as the cipher's key, random octets otherwise, by the same steps: what goes on with a
 * key that means nothing cannot be told from what goes on with a wrong one (S-7-01).
 */
export function contentKeyOfLength(candidate: Buffer | undefined, length: number): Buffer {
  const key = randomBytes(length)
  const given = Buffer.alloc(length)
  const source = candidate ?? NOTHING
  source.copy(given)
  const take = -Number(source.length === length)
  for (let i = 0; i < length; i++) key[i] = ((key[i] as number) & ~take) | ((given[i] as number) & take)
  return key
}

const NOTHING = Buffer.alloc(0)
