import { beforeAll, describe, expect, test } from 'vitest'
import { bombs } from './bombs.ts'
import { noise } from './noise.ts'
import { type Found, runCases } from './run-cases.ts'
import { makeSamples, type Samples } from './samples.ts'
import { outcomeOf, type Target } from './target.ts'
import { mutatorOf, TARGETS } from './targets.ts'

/** The same cases in every run; `npm run fuzz` has as many others as one likes. */
const SEED = 8894
const CASES = 800

let samples: Samples
beforeAll(async () => {
  samples = await makeSamples()
})

const structures = Object.entries(TARGETS).filter(([, { text }]) => !text)
const whole = structures.filter(([, { wraps }]) => !wraps)

describe.each(Object.entries(TARGETS))('C-FZ-01 %s', (_, target) => {
  test('wrong inputs end in a declared refusal or are read', async () => {
    const found: Found[] = []
    const to = Math.ceil(CASES * (target.share ?? 1))
    const tally = await runCases(target, samples, { seed: SEED, from: 0, to }, { found: (one) => found.push(one) })
    expect(
      found.filter(({ kind }) => kind === 'error').map(({ why, input }) => `${why} ${input.toString('hex')}`),
    ).toEqual([])
    // Changes that everything refuses at once would test nothing behind the first line.
    expect(tally.read).toBeGreaterThan(0)
  })

  test('bombs of depth, of segments, of lengths and of object identifiers end in no other way', async () => {
    for (const bomb of bombs()) expect(await outcomeOf(target, bomb)).not.toMatchObject({ outcome: 'finding' })
  })
})

test.each(whole)('C-FZ-01 S-7-12 %s cut at any octet is refused', async (_, target) => {
  const [sample = Buffer.alloc(0)] = target.samples(samples)
  for (let length = 0; length < sample.length; length++) {
    const result = await outcomeOf(target, sample.subarray(0, length))
    expect(result, `${length} octets`).toMatchObject({ outcome: 'refused' })
  }
})

test.each(structures)('C-FZ-01 %s with any one bit flipped ends in no other way', async (_, target) => {
  const [sample = Buffer.alloc(0)] = target.samples(samples)
  for (let bit = 0; bit < sample.length * 8; bit += target.wraps ? 97 : 5) {
    const other = Buffer.from(sample)
    other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7))
    expect(await outcomeOf(target, other)).not.toMatchObject({ outcome: 'finding' })
  }
})

test('a decoder that fails in another way is found, and so is one that does not end well after reading', async () => {
  const careless: Target = {
    samples: ({ certificates }) => certificates,
    read(bytes) {
      if (bytes.length % 7 === 3) throw new TypeError('undefined is not an object')
    },
  }
  const found: Found[] = []
  await runCases(careless, samples, { seed: SEED, from: 0, to: 200 }, { found: (one) => found.push(one) })
  expect(found.map(({ kind, why }) => [kind, why.slice(0, 9)])).toEqual([['error', 'TypeError']])
})

test('the same seed and number make the same changes', () => {
  const mutator = mutatorOf(TARGETS.certificate as Target, samples)
  const made = (seed: number) =>
    Array.from({ length: 50 }, (_, index) => mutator.next(noise(seed, index)).toString('hex'))
  expect(made(1)).toEqual(made(1))
  expect(made(2)).not.toEqual(made(1))
})
