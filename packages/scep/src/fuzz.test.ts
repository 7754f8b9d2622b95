import { expect, test } from 'vitest'
import { resolveCompatibility } from './compatibility/resolve.ts'
import { CSR, message, open, RA } from './testing/exchange.ts'
import { rawEnvelope } from './testing/raw-message.ts'
import { openAs, reply } from './testing/reply.ts'

/** Repeatable noise (mulberry32): a failure is found again by its number. */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** One to four changes: a bit, an octet, a run left out, doubled or overwritten, the tail cut off. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  let out = Buffer.from(bytes)
  const below = (limit: number) => Math.floor(random() * limit)
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(out.length)
    const end = Math.min(out.length, at + 1 + below(24))
    const kind = below(6)
    if (kind === 0) out[at] = (out[at] ?? 0) ^ (1 << below(8))
    else if (kind === 1) out[at] = below(256)
    else if (kind === 2) out = Buffer.concat([out.subarray(0, at), out.subarray(end)])
    else if (kind === 3) out = Buffer.concat([out.subarray(0, end), out.subarray(at)])
    else if (kind === 4) out.fill(below(256), at, end)
    else out = out.subarray(0, at)
  }
  return out
}

const ROUNDS = 4000
const LEGACY = resolveCompatibility('legacy', { signerKeyRule: 'any-key', timeWindowSeconds: 600 })

test('C-FZ-01 C-ID-08 whatever is done to a request, openRequest says ScepError or opens it', async () => {
  const seeds = [message(), message({ digest: 'sha1' }, { cipher: 'des-ede3-cbc' })]
  for (let round = 0; round < ROUNDS; round++) {
    const random = noise(round)
    const bytes = mutate(seeds[round % seeds.length] as Buffer, random)
    const name = await open(bytes, LEGACY).then(
      () => 'ScepError',
      (error) => error.name,
    )
    expect(name, `round ${round}`).toBe('ScepError')
  }
})

test('C-FZ-01 changes behind the signature: a re-signed envelope of noise never yields anything but ScepError', async () => {
  const envelope = rawEnvelope({ content: CSR, recipient: RA })
  for (let round = 0; round < ROUNDS / 4; round++) {
    const random = noise(100_000 + round)
    const inner =
      round % 2 === 0 ? mutate(envelope, random) : rawEnvelope({ content: mutate(CSR, random), recipient: RA })
    const name = await open(message({ eContent: inner }), LEGACY).then(
      () => 'ScepError',
      (error) => error.name,
    )
    expect(name, `round ${round}`).toBe('ScepError')
  }
})

test('C-FZ-01 whatever is done to a reply, openReply says ScepError or opens it', async () => {
  const seeds = [reply('0'), reply('2'), reply('3')]
  for (let round = 0; round < ROUNDS; round++) {
    const random = noise(200_000 + round)
    const bytes = mutate(seeds[round % seeds.length] as Buffer, random)
    const name = await openAs(bytes).then(
      () => 'ScepError',
      (error) => error.name,
    )
    expect(name, `round ${round}`).toBe('ScepError')
  }
})

test('S-7-12 a request cut anywhere is refused', async () => {
  const bytes = message()
  for (let length = 0; length < bytes.length; length++) {
    await expect(open(bytes.subarray(0, length))).rejects.toMatchObject({ name: 'ScepError', failInfo: null })
  }
})
