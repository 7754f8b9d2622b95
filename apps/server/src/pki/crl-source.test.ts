import { COMPLETE, type CrlFacts, type CrlPlace, type StoredCrl } from '@chancery/store'
import { expect, test } from 'vitest'
import { crlSource } from './crl-source.ts'

const NOW = new Date('2026-03-01T12:00:00Z')

/** What the store has, how often it was asked, and a clock. */
function scene() {
  const published = new Map<string, bigint>([['0.full', 5n]])
  const asked = { facts: 0, newest: 0 }
  const clock = { now: NOW }
  const facts = async (): Promise<CrlFacts[]> => {
    asked.facts += 1
    return [...published].map(([key, number]) => {
      const [shard, kind] = key.split('.') as [string, CrlPlace['kind']]
      const times = { thisUpdate: NOW, nextUpdate: NOW }
      return { shard: Number(shard), kind, number, ...times, revocations: 0, isBase: false }
    })
  }
  const newest = async (issuerId: number, { shard, kind }: CrlPlace = COMPLETE): Promise<StoredCrl> => {
    asked.newest += 1
    const number = published.get(`${shard}.${kind}`) ?? 0n
    const der = Buffer.from(`${shard} ${kind} ${number}`)
    return { issuerId, number, der, thisUpdate: NOW, nextUpdate: NOW, revocations: 0 }
  }
  const source = crlSource({ facts, newest }, () => clock.now)
  return { published, asked, clock, source, at: (milliseconds: number) => new Date(NOW.getTime() + milliseconds) }
}

test('a list is read once, however often it is fetched, and again only when there is a newer one', async () => {
  const { published, asked, clock, source, at } = scene()
  for (let time = 0; time < 10_000; time += 500) {
    clock.now = at(time)
    expect((await source(1, COMPLETE))?.number).toBe(5n)
  }
  expect(asked).toEqual({ facts: 5, newest: 1 })
  const tag = (await source(1, COMPLETE))?.entityTag
  published.set('0.full', 6n)
  clock.now = at(20_000)
  expect((await source(1, COMPLETE))?.number).toBe(6n)
  expect((await source(1, COMPLETE))?.entityTag).not.toBe(tag)
})

test('shards that are not there cost no read each', async () => {
  const { asked, source } = scene()
  for (let shard = 1; shard <= 1000; shard++) expect(await source(1, { shard, kind: 'full' })).toBeUndefined()
  expect(await source(1, { shard: 0, kind: 'delta' })).toBeUndefined()
  expect(asked).toEqual({ facts: 1, newest: 0 })
})

test('after a clock was set back nothing is kept longer', async () => {
  const { published, clock, source, at } = scene()
  await source(1, COMPLETE)
  published.set('0.full', 6n)
  clock.now = at(-3_600_000)
  expect((await source(1, COMPLETE))?.number).toBe(6n)
})
