import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KEY } from '../../notice/testing/events.ts'
import { type Receiver, startReceiver } from '../../notice/testing/receiver.ts'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

const URL = 'https://hooks.example/notices'

let server: AdminServer
beforeAll(async () => {
  server = await startAdminServer()
})
afterAll(() => server.close())

let channels = 0
const body = (change: object = {}) => ({
  name: `channel-${channels++}`,
  events: ['certificate.issued'],
  webhook: { url: URL, key: KEY },
  ...change,
})
const create = (change: object = {}) => server.call('POST', '/v1/noticeChannels', body(change))
const made = async (change: object = {}) => (await create(change)).body as { uuid: string; name: string }

describe('a notice channel', () => {
  test('is made, listed, changed field by field, and deleted; its key is in no answer, log or event', async () => {
    const answer = await create()
    expect(answer.status).toBe(201)
    const channel = answer.body as { uuid: string; name: string }
    expect(answer.headers.location).toBe(`/api/v1/noticeChannels/${channel.uuid}`)
    expect(channel).toMatchObject({
      enabled: true,
      raProfiles: null,
      daysBefore: [30, 7, 1],
      webhook: { url: URL, timeoutMilliseconds: 5000, keySet: true },
      email: null,
    })
    const path = `/v1/noticeChannels/${channel.uuid}`
    const update = { enabled: false, raProfiles: ['default'], webhook: { timeoutMilliseconds: 900 } }
    const changed = await server.call('PATCH', path, update)
    expect(changed.body).toMatchObject({
      ...update,
      events: ['certificate.issued'],
      webhook: { url: URL, keySet: true },
    })
    const { delivery } = (await server.store.notices.channels.find(channel.uuid)) ?? {}
    expect(delivery?.kind === 'webhook' && delivery.key.reveal(), 'the key stays').toBe(KEY)
    expect((await server.call('GET', path)).body).toEqual(changed.body)
    const listed = await server.call('GET', '/v1/noticeChannels')
    expect(listed.body).toEqual({ noticeChannels: [changed.body] })
    expect((await server.call('DELETE', path)).status).toBe(204)
    expect((await server.call('GET', path)).status).toBe(404)
    expect((await create({ name: channel.name })).status, 'the name is free again').toBe(201)
    await server.store.audit.chain(new Date())
    const events = (await server.store.audit.after(0, 99)).map(({ event }) => event)
    expect(events.map(({ action }) => action)).toEqual([
      'notice.create',
      'notice.update',
      'notice.delete',
      'notice.create',
    ])
    expect(JSON.stringify([answer.text, changed.text, listed.text, events, server.log])).not.toContain(KEY)
  })

  test('keeps its name to itself', async () => {
    const { name } = await made()
    const other = await made()
    expect((await create({ name })).status).toBe(409)
    expect((await server.call('PATCH', `/v1/noticeChannels/${other.uuid}`, { name })).status).toBe(409)
  })

  test.each<[string, object, RegExp[]]>([
    ['nowhere to go', { webhook: undefined }, [/webhook or email is missing/]],
    ['two ways', { email: { to: ['a@example.org'] } }, [/given both/]],
    ['no key', { webhook: { url: URL } }, [/webhook.key is missing/]],
    ['no URL', { webhook: { key: KEY } }, [/webhook.url is missing/]],
    ['loopback', { webhook: { url: 'https://127.0.0.1/', key: KEY } }, [/a private address/]],
    [
      'metadata',
      { webhook: { url: 'http://169.254.169.254/', key: KEY, allowPrivateAddresses: true } },
      [/no webhook may be/],
    ],
    ['no mail server', { webhook: undefined, email: { to: ['a@example.org'] } }, [/CHANCERY_SMTP_URL/]],
    [
      'a header in an address',
      { webhook: undefined, email: { to: ['a@example.org\r\nBcc: b@example.org'] } },
      [/email/],
    ],
    ['an unknown event', { events: ['certificate.lost'] }, [/events/]],
    ['no event', { events: [] }, [/events must be/]],
    ['an unknown profile', { raProfiles: ['nowhere'] }, [/no such RA profile/]],
    ['days', { daysBefore: [0, 400] }, [/daysBefore/]],
    ['an unknown field', { colour: 'red' }, [/colour/]],
  ])('with %s is 422, and nothing is made', async (_, change, faults) => {
    const before = (await server.call('GET', '/v1/noticeChannels')).text
    const answer = await create(change)
    expect(answer.status).toBe(422)
    for (const fault of faults) expect(answer.text).toMatch(fault)
    expect((await server.call('GET', '/v1/noticeChannels')).text).toBe(before)
  })

  test('of one kind does not become one of the other', async () => {
    const { uuid } = await made()
    const answer = await server.call('PATCH', `/v1/noticeChannels/${uuid}`, { email: { to: ['a@example.org'] } })
    expect(answer.body).toEqual(['email is for a channel of the other kind: make another channel.'])
  })
})

describe('a trial', () => {
  let receiver: Receiver
  beforeEach(async () => {
    receiver = await startReceiver()
  })
  afterEach(() => receiver.close())

  test('is sent at once, and what came of it is told', async () => {
    const { uuid } = await made({
      enabled: false,
      webhook: { url: receiver.url, key: KEY, allowPrivateAddresses: true },
    })
    const trial = () => server.call('POST', `/v1/noticeChannels/${uuid}/test`, {})
    expect((await trial()).body).toEqual({ delivered: true, trouble: null, milliseconds: expect.any(Number) })
    expect(receiver.seen[0]?.payload).toMatchObject({ event: 'test', object: null, by: { kind: 'environment' } })
    receiver.answer = 404
    expect((await trial()).body).toMatchObject({ delivered: false, trouble: 'it answered HTTP 404' })
  })
})

describe('notices', () => {
  test('are listed by state and channel, and dead ones sent again or removed', async () => {
    const { uuid: channelUuid } = await made()
    const now = new Date()
    const notice = (uuid: string) => ({
      uuid,
      channelUuid,
      event: 'job.failed' as const,
      payload: { a: 1 },
      createdAt: now,
      dueAt: now,
    })
    const uuids = ['1', '2', '3'].map((end) => `019a0000-0000-7000-8000-00000000000${end}`)
    const [first = '', second = ''] = uuids
    await server.store.notices.outbox.add(uuids.map(notice))
    const lease = await server.store.leases.acquire('deliverNotices', 'test', 60)
    if (lease === undefined) expect.fail('no lease')
    const taken = await server.store.notices.outbox.take([first], new Date(now.getTime() + 1000), lease)
    await server.store.notices.outbox.settle(taken, { state: 'dead', trouble: 'gone' })
    const page = await server.call('GET', `/v1/notices?channel=${channelUuid}&itemsPerPage=2`)
    const { nextCursor, notices } = page.body as { nextCursor: string; notices: unknown[] }
    expect(notices).toHaveLength(2)
    const rest = await server.call('GET', `/v1/notices?channel=${channelUuid}&cursor=${nextCursor}`)
    const dead = { uuid: first, state: 'dead', trouble: 'gone', attempts: 1, dueAt: null, payload: { a: 1 } }
    expect(rest.body).toMatchObject({ notices: [dead], nextCursor: null })
    expect((await server.call('GET', '/v1/notices?state=dead')).body).toMatchObject({ notices: [dead] })
    const again = await server.call('POST', `/v1/notices/${first}/retry`, {})
    expect(again.body).toMatchObject({ state: 'waiting', attempts: 0 })
    expect((await server.call('POST', `/v1/notices/${first}/retry`, {})).status, 'it waits').toBe(409)
    expect((await server.call('DELETE', `/v1/notices/${second}`)).status).toBe(204)
    expect((await server.call('GET', `/v1/notices/${second}`)).status).toBe(404)
  })

  test.each(['state=lost', 'channel=x', 'cursor=AAAA', 'itemsPerPage=0', 'colour=red'])('?%s is 422', async (query) => {
    expect((await server.call('GET', `/v1/notices?${query}`)).status).toBe(422)
  })
})
