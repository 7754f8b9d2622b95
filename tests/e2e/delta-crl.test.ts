import { parseCertificate, parseCrl, type RevokedEntry, revocationReason } from '@chancery/pki'
import { release, revoke } from '@chancery/ra'
import type { NewCrl, Store } from '@chancery/store'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planCrls } from '../../apps/server/src/jobs/crl/plan.ts'
import { publishPlanned } from '../../apps/server/src/jobs/crl/publish.ts'
import { type CrlWork, makeCrls } from '../../apps/server/src/jobs/crl/work.ts'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { sampleCertificate, samplePrepared, sampleTransaction } from '../../packages/store/src/testing/sample.ts'

/** Whatever happened in whatever order: a complete CRL that somebody has kept, with the newest delta, is the newest complete one. */

const DELTA = { shard: 0, kind: 'delta' } as const
const SEED = 20_261_125
const HOUR = 3_600_000

let server: TestApp
let store: Store
let now: Date
let devices: string[]

beforeAll(async () => {
  server = await testApp({ CHANCERY_PUBLIC_URL: 'http://ca.test' })
  store = server.store
  now = server.clock.now
  const { authorities } = await store.configuration.load()
  const change = { settings: { deltaCrls: true, crlShards: 3 } }
  await store.configuration.edit([{ edit: 'setAuthority', uuid: authorities[0]?.uuid ?? '', change }])
  const configuration = await store.configuration.load()
  const certificates = [1, 2, 3, 1, 2].map((shard) => {
    const notAfter = new Date(now.getTime() + 365 * 24 * HOUR)
    return sampleCertificate({ ...samplePrepared(configuration), notAfter, shard })
  })
  for (const one of certificates) await store.ledger.issue(sampleTransaction(configuration), one)
  devices = certificates.map(({ uuid }) => uuid)
})
afterAll(() => server.close())

/** As the job does it, here and now. @param most the process ends after so many are written */
async function publish(most = Number.POSITIVE_INFINITY): Promise<void> {
  const [state] = await store.crls.states()
  const { issuers } = await store.configuration.load()
  const plan = state && planCrls(state, 'http://ca.test', now)
  const record = issuers[0]
  if (state === undefined || plan === undefined || record === undefined) return
  let written = 0
  const crls = {
    ...store.crls,
    publish: async (crl: NewCrl) => {
      if (written++ >= most) throw new Crash()
      return store.crls.publish(crl)
    },
  }
  const make = async (work: CrlWork) => ({ crls: await makeCrls(work), thread: 0 })
  try {
    await publishPlanned({ state, plan, record }, { store: { ...store, crls }, log: server.context.log }, make)
  } catch (error) {
    if (!(error instanceof Crash)) throw error
  }
}

class Crash extends Error {}

const listOf = async (place?: typeof DELTA) => {
  const crl = await store.crls.newest(1, place)
  return { number: crl?.number ?? 0n, entries: parseCrl(crl?.der ?? Buffer.alloc(0)).revoked }
}

type Entries = ReadonlyMap<string, number>

function asMap(entries: readonly RevokedEntry[], onto: Entries = new Map()): Entries {
  const known = new Map(onto)
  for (const entry of entries) {
    const serial = entry.serialNumber.toString('hex')
    const reason = revocationReason(entry) ?? 0
    if (reason === 8) known.delete(serial)
    else known.set(serial, reason)
  }
  return known
}

const which = fc.nat({ max: 4 })
const step = fc.oneof(
  fc.record({ does: fc.constant('revoke' as const), which }),
  fc.record({ does: fc.constant('hold' as const), which }),
  fc.record({ does: fc.constant('hold' as const), which }),
  fc.record({ does: fc.constant('release' as const), which }),
  fc.record({ does: fc.constant('publish' as const), which }),
  fc.record({ does: fc.constant('crash' as const), which }),
  fc.record({ does: fc.constant('wait' as const), which }),
)

test('any complete CRL that is still valid, with the newest delta, is the newest complete one', async () => {
  const kept: { readonly ends: number; readonly number: bigint; readonly list: Entries }[] = []
  let highest = 0n
  const check = async (): Promise<void> => {
    await publish()
    await publish()
    const [full, delta] = [await listOf(), await listOf(DELTA)]
    expect(full.number).toBeGreaterThanOrEqual(highest)
    highest = full.number
    const list = asMap(full.entries)
    const inventory = await Promise.all(devices.map(async (uuid) => (await store.revocations.find({ uuid }))[0]))
    expect([...list.keys()].toSorted()).toEqual(
      inventory.flatMap((one) => (one?.state === 'revoked' ? [one.serial] : [])).toSorted(),
    )
    for (const old of kept.filter(({ ends, number }) => ends > now.getTime() && number < delta.number)) {
      expect(asMap(delta.entries, old.list)).toEqual(list)
    }
    const shards = await Promise.all([1, 2, 3].map((shard) => store.crls.newest(1, { shard, kind: 'full' })))
    const parts = shards.flatMap((crl) => parseCrl(crl?.der ?? Buffer.alloc(0)).revoked)
    expect(asMap(parts), 'and the shards together are it too').toEqual(list)
    kept.push({ ends: now.getTime() + 7 * 24 * HOUR, number: full.number, list })
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      for (const { does, which } of steps) {
        const uuid = devices[which] ?? ''
        // What was revoked for good stays so, or soon nothing would be left to happen: here it is one of five.
        if (does === 'revoke' && which === 0)
          await revoke({ uuid }, { at: now, reason: 'superseded' }, store.revocations)
        else if (does === 'hold') await revoke({ uuid }, { at: now, reason: 'certificateHold' }, store.revocations)
        else if (does === 'release') await release({ uuid }, now, store.revocations)
        else if (does === 'crash') await publish(1)
        else if (does === 'wait') now = new Date(now.getTime() + 30 * HOUR)
        else await check()
      }
      await check()
    }),
    { seed: SEED, numRuns: 25, endOnFailure: true },
  )
})

test('the list of the issuer ends with its certificate, and not before', async () => {
  const [state] = await store.crls.states()
  const { notAfter } = parseCertificate(state?.certificate ?? Buffer.alloc(0))
  const planned = (time: Date) => state && planCrls(state, 'http://ca.test', time)
  expect(planned(new Date(notAfter.getTime() - 1))?.full).toBeDefined()
  expect(planned(notAfter)).toBeUndefined()
})
