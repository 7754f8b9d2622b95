import { generateKey, selfSignedRoot } from '@chancery/ca'
import { nameFromText, softwareSigningKey } from '@chancery/pki'
import type { CrlFacts, CrlState } from '@chancery/store'
import { beforeAll, expect, test } from 'vitest'
import { planCrls } from './plan.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const DAY = 86_400_000
const URL = 'http://ca.test'

let certificate: Buffer
beforeAll(async () => {
  const key = softwareSigningKey(await generateKey('p-256'))
  certificate = await selfSignedRoot({ subject: nameFromText('CN=CA'), key, now: NOW })
})

const at = (days: number) => new Date(NOW.getTime() + days * DAY)

/** Made so many days ago, for a week. */
function crl(daysAgo: number, change: Partial<CrlFacts> = {}): CrlFacts {
  const thisUpdate = at(-daysAgo)
  const nextUpdate = at(7 - daysAgo)
  return { shard: 0, kind: 'full', number: 5n, thisUpdate, nextUpdate, revocations: 0, isBase: false, ...change }
}

function state(change: Partial<CrlState> = {}, settings: CrlState['authority']['settings'] = {}): CrlState {
  return {
    issuerId: 1,
    generation: 1,
    authority: { name: 'default', settings },
    certificate,
    revocations: 0,
    newest: undefined,
    bases: [],
    delta: undefined,
    shards: new Map(),
    highest: undefined,
    ...change,
  }
}

const plan = (change: Partial<CrlState>, settings = {}, now = NOW) => planCrls(state(change, settings), URL, now)

test('a first CRL is due, then none until something changes, or half of its life is over, or its CA has ended', () => {
  expect(plan({})?.full).toBeDefined()
  expect(plan({ newest: crl(3) })).toBeUndefined()
  expect(plan({ newest: crl(3), revocations: 1 })?.full).toBeDefined()
  expect(plan({ newest: crl(3.5) })?.full).toBeDefined()
  expect(plan({}, {}, at(100 * 365))).toBeUndefined()
})

test('RFC 5280 §5.2.3: numbers rise, whatever the clock says', () => {
  const seconds = BigInt(NOW.getTime() / 1000)
  expect(plan({})?.number).toBe(seconds)
  expect(plan({ highest: seconds })?.number, 'twice in a second').toBe(seconds + 1n)
  expect(plan({ highest: seconds + 1_000_000n })?.number, 'the clock was ahead').toBe(seconds + 1_000_001n)
  expect(plan({ highest: 1n }, { crlNumberAbove: 9e14 })?.number).toBe(BigInt(9e14) + 1n)
})

test('a CRL of a clock that was ahead is made again, and ends no entry before its time', () => {
  const ahead = plan({ newest: crl(-30) })
  expect(ahead?.full).toBeDefined()
  expect(ahead?.endsFrom).toEqual(NOW)
})

test('RFC 5280 §3.3: what has ended leaves the list after it was on one that was made since then', () => {
  expect(plan({ newest: crl(4) })?.endsFrom).toEqual(at(-4))
  const shards = new Map([[1, crl(6, { shard: 1 })]])
  expect(plan({ newest: crl(4), shards })?.endsFrom, 'on each of the lists').toEqual(at(-6))
})

const DELTAS = { deltaCrls: true }

test('the first delta adds to the complete CRL of the same moment, which says where it is', () => {
  const first = plan({ newest: crl(1) }, DELTAS)
  expect(first).toMatchObject({
    full: { isBase: true, freshestCrlUrl: 'http://ca.test/pki/default/1.delta.crl' },
    delta: { base: 'full' },
  })
  expect(plan({ newest: crl(1), delta: crl(1, { kind: 'delta' }) }), 'switched off').toBeUndefined()
})

test('later ones add to the oldest complete CRL that somebody may still have', () => {
  const base = (daysAgo: number) => crl(daysAgo, { isBase: true, number: BigInt(100 - daysAgo) })
  const bases = [base(15), base(9), base(4)]
  const due = plan({ newest: crl(1), delta: crl(1, { kind: 'delta' }), bases, revocations: 1 }, DELTAS)
  expect(due).toMatchObject({ full: { isBase: true }, delta: { base: { number: 91n } }, keepBasesFrom: at(-7) })
  const young = plan({ newest: crl(1), delta: crl(1, { kind: 'delta' }), bases: [base(2)], revocations: 1 }, DELTAS)
  expect(young?.full?.isBase).toBe(false)
})

test('a delta is made again before half of its hours are over, alone', () => {
  const bases = [crl(2, { isBase: true })]
  const delta = crl(0.6, { kind: 'delta', nextUpdate: at(0.4) })
  const due = plan({ newest: crl(1), bases, delta }, DELTAS)
  expect([due?.full, due?.delta?.nextUpdate]).toEqual([undefined, at(1)])
})

test('shards are made where new certificates may name them, and as long as one has been named', () => {
  const newest = crl(1)
  expect(plan({ newest }, { crlShards: 3 })?.shards).toEqual([1, 2, 3])
  const shards = new Map([
    [1, crl(1, { shard: 1 })],
    [2, crl(5, { shard: 2 })],
    [5, crl(5, { shard: 5 })],
  ])
  expect(plan({ newest, shards }, { crlShards: 0 })?.shards).toEqual([2, 3, 4, 5])
  const changed = new Map([[1, crl(1, { shard: 1, revocations: 3 })]])
  expect(plan({ newest: crl(1, { revocations: 4 }), shards: changed, revocations: 4 })).toMatchObject({
    full: undefined,
    shards: [],
    since: 3,
  })
})

test('without a URL that certificates could name there are no shards', () => {
  expect(planCrls(state({ newest: crl(1) }, { crlShards: 3 }), undefined, NOW)).toBeUndefined()
  const crlShardUrl = 'http://cdn.test/{generation}-{shard}.crl'
  expect(planCrls(state({ newest: crl(1) }, { crlShards: 3, crlShardUrl }), undefined, NOW)?.shardUrl).toBe(
    'http://cdn.test/1-{shard}.crl',
  )
})
