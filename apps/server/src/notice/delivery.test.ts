import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { AuditEvent, NoticeChannel } from '@chancery/ra'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tableContents } from '../../../../tests/e2e/table-contents.ts'
import { onBothDatabases } from '../../../../tests/store.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { MOST_ATTEMPTS } from './back-off.ts'
import { auditEvent, channel, KEY, webhook } from './testing/events.ts'
import { type Receiver, startReceiver } from './testing/receiver.ts'

const DAY = 86_400_000
const KEY_SECRET = { CHANCERY_KEY_SECRET: 'a-key-secret-of-more-than-32-characters' }

onBothDatabases((database, dialect) => {
  let server: TestApp
  let receiver: Receiver
  let mine: NoticeChannel
  beforeAll(async () => {
    const where = dialect === 'sqlite' ? {} : { CHANCERY_DATABASE_URL: (await database.empty()).url, ...KEY_SECRET }
    server = await testApp({ ...where, CHANCERY_PUBLIC_URL: 'https://scep.example' })
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    receiver = await startReceiver()
    mine = channel(server.clock.now, { delivery: webhook(receiver.url) })
    await server.store.notices.channels.create(mine)
  })
  afterEach(async () => {
    await server.store.notices.channels.remove(mine.uuid, server.clock.now)
    await receiver.close()
  })

  const happens = async (...changes: Partial<AuditEvent>[]) => {
    await server.store.audit.record(changes.map((change) => auditEvent(server.clock.now, change)))
    // Chained in one round, told in the next.
    await server.runJobs()
    await server.runJobs()
  }
  const later = async (milliseconds: number) => {
    server.clock.now = new Date(server.clock.now.getTime() + milliseconds)
    await server.runJobs()
  }
  const notices = async () => {
    const page = await server.store.notices.outbox.list({ channelUuid: mine.uuid, limit: 99 })
    return page.notices.map(({ state, attempts, trouble }) => ({ state, attempts, trouble }))
  }

  test('a webhook is told once of what it wants, signed, under the UUID of the notice', async () => {
    await happens(
      {},
      { action: 'certificate.revoke' },
      { outcome: 'refused', object: { kind: 'certificate', name: 'x\0y' } },
    )
    await server.runJobs()
    expect(receiver.seen.map(({ payload }) => payload.event).toSorted()).toEqual([
      'certificate.issued',
      'request.refused',
    ])
    const told = receiver.seen.find(({ payload }) => payload.event === 'certificate.issued')
    if (told === undefined) expect.fail('nothing came')
    expect(told.payload).toMatchObject({
      version: 1,
      installation: 'https://scep.example',
      object: { kind: 'certificate', name: 'CN=printer1' },
      raProfile: 'default',
      by: { kind: 'device', name: 'ab12' },
      detail: { transactionId: 'T1' },
    })
    const { 'x-chancery-timestamp': time, 'x-chancery-signature': signature, 'idempotency-key': key } = told.headers
    expect(key).toBe(told.payload.uuid)
    expect(signature).toBe(`v1=${createHmac('sha256', KEY).update(`${time}.`).update(told.body).digest('hex')}`)
    expect((await notices()).map(({ state }) => state)).toEqual(['delivered', 'delivered'])
  })

  test('what does not take it is tried again under the same key, later and later, and no other is held up by it', async () => {
    receiver.answer = 500
    await happens({})
    expect(await notices()).toEqual([{ state: 'waiting', attempts: 1, trouble: 'it answered HTTP 500' }])
    await later(30_000)
    expect(receiver.seen).toHaveLength(1)
    await later(45_000)
    expect(receiver.seen).toHaveLength(2)
    await later(80_000)
    expect(receiver.seen).toHaveLength(2)
    receiver.answer = 204
    await later(70_000)
    expect(await notices()).toEqual([{ state: 'delivered', attempts: 3, trouble: null }])
    expect(new Set(receiver.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  })

  test.each([
    ['a redirect', 302, 'it answered with a redirect, and none is followed'],
    ['nothing at all', 'hangs', 'it took longer than 500 ms'],
  ] as const)('%s is no delivery', async (_, answer, trouble) => {
    receiver.answer = answer
    await happens({})
    expect(await notices()).toEqual([{ state: 'waiting', attempts: 1, trouble }])
  })

  test('HTTP 410 is final at once, and somebody may have it sent again', async () => {
    receiver.answer = 410
    await happens({})
    expect(await notices()).toMatchObject([{ state: 'dead', attempts: 1, trouble: expect.stringContaining('410') }])
    const [dead] = (await server.store.notices.outbox.list({ channelUuid: mine.uuid, limit: 1 })).notices
    expect(await server.store.notices.outbox.retry(dead?.uuid ?? '', server.clock.now)).toBe(true)
    receiver.answer = 200
    await server.runJobs()
    expect(await notices()).toEqual([{ state: 'delivered', attempts: 1, trouble: null }])
    expect(await server.store.notices.outbox.retry(dead?.uuid ?? '', server.clock.now), 'it is not dead').toBe(false)
  })

  test('after three days it is given up', async () => {
    receiver.answer = 503
    await happens({})
    const start = server.clock.now.getTime()
    for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt++) await later(8 * 3_600_000)
    expect(await notices()).toEqual([{ state: 'dead', attempts: MOST_ATTEMPTS, trouble: 'it answered HTTP 503' }])
    expect(server.clock.now.getTime() - start).toBeGreaterThan(3 * DAY)
    await later(DAY)
    expect(receiver.seen).toHaveLength(MOST_ATTEMPTS)
  })

  test('a crash between sending and noting sends it again under the same key', async () => {
    const { outbox } = server.store.notices
    const { settle } = outbox
    const crash = Object.assign(outbox, { settle: async () => Promise.reject(new Error('the process ended')) })
    await happens({})
    Object.assign(crash, { settle })
    expect(await notices()).toMatchObject([{ state: 'waiting', attempts: 1 }])
    await later(60_000)
    expect(receiver.seen, 'it may still be under way').toHaveLength(1)
    await later(61_000)
    expect(receiver.seen).toHaveLength(2)
    expect(await notices()).toMatchObject([{ state: 'delivered', attempts: 2 }])
    expect(new Set(receiver.seen.map(({ payload }) => payload.uuid)).size).toBe(1)
  })

  test('two nodes at once send it once', async () => {
    await server.store.audit.record([auditEvent(server.clock.now), auditEvent(server.clock.now)])
    await server.runJobs()
    await Promise.all([server.runJobs(), server.runJobs(), server.runJobs()])
    await server.runJobs()
    expect(receiver.seen).toHaveLength(2)
  })

  describe('a channel', () => {
    test('that is switched off is told of nothing that happens then, and of what waited once it is on again', async () => {
      receiver.answer = 500
      await happens({})
      await server.store.notices.channels.change({ ...mine, enabled: false })
      await happens({})
      await later(10 * 60_000)
      expect(receiver.seen).toHaveLength(1)
      receiver.answer = 200
      await server.store.notices.channels.change(mine)
      await server.runJobs()
      expect(await notices()).toMatchObject([{ state: 'delivered', attempts: 2 }])
    })

    test('that is deleted is told no more', async () => {
      receiver.answer = 500
      await happens({})
      await server.store.notices.channels.remove(mine.uuid, server.clock.now)
      await later(DAY)
      expect(receiver.seen).toHaveLength(1)
      expect(await notices()).toEqual([{ state: 'dead', attempts: 1, trouble: 'The channel was deleted.' }])
    })

    test('of some profiles is told of theirs, and hears of what was before it never', async () => {
      const picky = channel(new Date(server.clock.now.getTime() + 1), {
        raProfiles: ['plant'],
        delivery: webhook(receiver.url),
      })
      await server.store.notices.channels.create(picky)
      await server.store.notices.channels.change({ ...mine, enabled: false })
      await happens({ detail: { raProfile: 'plant', n: 1 } })
      server.clock.now = new Date(server.clock.now.getTime() + 1000)
      await happens({ detail: { raProfile: 'plant', n: 2 } }, { detail: { raProfile: 'default' } }, { detail: {} })
      expect(receiver.seen.map(({ payload }) => payload.detail)).toEqual([{ raProfile: 'plant', n: 2 }])
      await server.store.notices.channels.remove(picky.uuid, server.clock.now)
    })

    test('that hangs holds up no other', async () => {
      const slow = await startReceiver()
      slow.answer = 'hangs'
      const hanging = channel(server.clock.now, { delivery: webhook(slow.url, 30_000) })
      await server.store.notices.channels.create(hanging)
      const told = happens({})
      await expect.poll(() => receiver.seen.length, { timeout: 20_000 }).toBe(1)
      expect(slow.seen).toHaveLength(1)
      await slow.close()
      await told
      await server.store.notices.channels.remove(hanging.uuid, server.clock.now)
    })
  })

  test('what was delivered is forgotten after a week, what was given up after ninety days', async () => {
    await happens({})
    receiver.answer = 410
    await happens({})
    await later(8 * DAY)
    expect(await notices()).toMatchObject([{ state: 'dead' }])
    await later(83 * DAY)
    expect(await notices()).toEqual([])
  })

  test('the key of a channel is nowhere in the database in clear, and not in the log', async () => {
    const url = server.context.config.database.url.reveal()
    expect(JSON.stringify(await tableContents(url))).not.toContain(KEY)
    const files = dialect === 'sqlite' ? [url.slice('sqlite:'.length), `${url.slice('sqlite:'.length)}-wal`] : []
    for (const file of files) expect(readFileSync(file).includes(KEY)).toBe(false)
    expect(JSON.stringify(server.lines)).not.toContain(KEY)
  })
})
