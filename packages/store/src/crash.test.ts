import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Configuration } from '@chancery/ra'
import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import type { Driver } from './driver.ts'
import type { Store, StoreOptions } from './index.ts'
import { statement } from './statement.ts'
import { sampleChallenge } from './testing/sample.ts'

const USES = 1_000_000

// Several processes start, and every certificate is flushed to disk: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 })

onBothDatabases((database) => {
  test('a process killed in the middle of its writes loses no certificate that was given out, and leaves none half', async () => {
    const { store, configuration, options } = await database.fresh()
    const challengeId = await createChallenge(store, configuration)
    const given: string[] = []
    for (const certificates of [3, 40, 120]) {
      const child = startLoad(options, USES, challengeId)
      given.push(...(await readLines(child, certificates)))
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
    const reopened = await database.reopen(options)
    for (const digest of given) {
      expect(await reopened.inventory.findByDigest(Buffer.from(digest, 'hex'))).toBeDefined()
    }
    expect(given.length).toBeGreaterThanOrEqual(163)
    expect(await contradictions(await database.driver(options))).toEqual(NOTHING)
  })

  test('two processes on one database commit everything they were told is committed', async () => {
    const { store, configuration, options } = await database.fresh()
    const challengeId = await createChallenge(store, configuration)
    const before = await store.inventory.count()
    const given = await Promise.all([1, 2].map(() => readLines(startLoad(options, 150, challengeId))))
    expect(given.map((lines) => lines.length)).toEqual([150, 150])
    expect(await store.inventory.count()).toBe(before + 300)
    expect(await contradictions(await database.driver(options))).toEqual(NOTHING)
    const serials = (await store.inventory.serials()).map(({ serial }) => serial)
    expect(new Set(serials).size).toBe(serials.length)
  })
})

async function createChallenge(store: Store, configuration: Configuration): Promise<number> {
  const challenge = sampleChallenge(configuration, { uses: USES })
  await store.challenges.create(challenge)
  return (await store.challenges.find(challenge.scepProfileId, challenge.challenge))?.id ?? 0
}

type Child = ChildProcessByStdio<null, Readable, null>

function startLoad({ url, keySecret }: StoreOptions, count: number, challengeId: number): Child {
  const program = fileURLToPath(new URL('testing/load.ts', import.meta.url))
  const args = [program, url, keySecret.toString('hex'), String(count), String(challengeId)]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** The first lines, or all of them. */
async function readLines(child: Child, atLeast = Number.POSITIVE_INFINITY): Promise<string[]> {
  let text = ''
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (text.split('\n').length > atLeast) break
  }
  // What follows the last line break may be half a line.
  return text.split('\n').slice(0, -1)
}

/** How many rows contradict each other. */
async function contradictions(driver: Driver): Promise<Record<string, number | undefined>> {
  const counts: Record<string, number | undefined> = {}
  for (const [name, condition] of Object.entries(CONTRADICTIONS)) {
    const counting = statement<{ rows: number }>((db) => ({
      compile: () => sql<{ rows: number }>`select count(*) as rows from ${sql.raw(condition)}`.compile(db),
    }))
    counts[name] = (await driver.first(counting, {}))?.rows
  }
  return counts
}

const CONTRADICTIONS = {
  issuedWithoutCertificate: `scep_transaction t where (t.state = 'issued') <>
    exists (select 1 from certificate c where c.uuid = t.certificate_uuid and c.transaction_uuid = t.uuid and c.serial = t.serial)`,
  certificateWithoutTransaction: `certificate c where c.purpose = 'device' and
    not exists (select 1 from scep_transaction t where t.uuid = c.transaction_uuid and t.state = 'issued')`,
  useOfAnotherState: `challenge_use u where not exists (select 1 from scep_transaction t where t.uuid = u.transaction_uuid
    and ((t.state = 'issued' and u.state = 'spent') or (t.state = 'ordered' and u.state = 'reserved')))`,
  certificateWithoutEvent: `certificate c where c.purpose = 'device' and (select count(*) from audit_event e
    where e.object_uuid = c.uuid and e.action = 'certificate.issue' and e.outcome = 'done') <> 1`,
  eventWithoutCertificate: `audit_event e where e.action = 'certificate.issue' and
    not exists (select 1 from certificate c where c.uuid = e.object_uuid)`,
  challengeMiscounted: `challenge c where c.uses - c.remaining <>
    (select count(*) from challenge_use u where u.challenge_id = c.id and u.state <> 'returned')`,
}

const NOTHING = {
  issuedWithoutCertificate: 0,
  certificateWithoutTransaction: 0,
  useOfAnotherState: 0,
  certificateWithoutEvent: 0,
  eventWithoutCertificate: 0,
  challengeMiscounted: 0,
}
