import { expect, test } from 'vitest'
import { approve } from '../approval/approve.ts'
import { poll } from '../poll.ts'
import type { ChallengeVerdict } from '../ports.ts'
import { DAY, NOW } from '../testing/certificate.ts'
import { type Act, scriptedAuthority, turns } from '../testing/scripted-authority.ts'
import { certificateOf, message, NO_CERTIFICATES, pollFor, setUp, withRules } from '../testing/world.ts'
import { Unavailable } from '../unavailable.ts'
import { settle } from './settle.ts'

/** A profile whose authority is elsewhere, and devices may poll unless it says otherwise. */
function throughAnother({ script = [], allowPolling = true }: { script?: Act[]; allowPolling?: boolean } = {}) {
  const world = setUp({ uses: 1 })
  const elsewhere = scriptedAuthority(...script)
  const { scepProfile } = world.endpoint
  const endpoint = { ...world.endpoint, authority: elsewhere.port, scepProfile: { ...scepProfile, allowPolling } }
  const ask = (...[request, at = NOW, where = endpoint]: Parameters<typeof world.ask>) => world.ask(request, at, where)
  const polled = async (at = NOW) => poll(pollFor(await message()), endpoint, world.ports, at)
  const only = () => {
    const [row] = [...world.ledger.rows.values()]
    if (row === undefined) throw new Error('nothing was recorded')
    return row
  }
  return { ...world, elsewhere, endpoint, ask, polled, only, orders: world.ports.orders }
}

const reason = (expected: string) => expect.objectContaining({ reason: expected })

test('what another house issues is handed out as it came, and recorded as it says it is', async () => {
  const { ask, only, orders, elsewhere } = throughAnother()
  const certificate = certificateOf(await ask(await message()))
  expect(certificate).toEqual([...elsewhere.issued.values()][0]?.der)
  expect(only()).toMatchObject({
    use: 'spent',
    known: { state: 'issued', certificate: { issuerId: 9, notBefore: NOW } },
  })
  expect(orders.rows.size).toBe(0)
  expect(elsewhere.reported).toMatchObject([{ status: 'issued' }])
})

test('the order is recorded, its challenge reserved, before the first octet leaves', async () => {
  const { ask, only, orders, elsewhere } = throughAnother()
  const seen: unknown[] = []
  const { send } = elsewhere.port
  elsewhere.port.send = (order) => {
    seen.push(only().known.state, only().use, orders.rows.get(order.transaction)?.order.message)
    return send(order)
  }
  await ask(await message())
  expect(seen).toEqual(['ordered', 'reserved', elsewhere.sent[0]?.message])
})

test('a request that breaks a rule is never passed on', async () => {
  const { ask, elsewhere } = throughAnother()
  await expect(ask(await message({ challenge: 'wrong' }))).rejects.toEqual(reason('challenge_refused'))
  await expect(ask(await message({ subject: '' }))).rejects.toEqual(reason('subject_refused'))
  expect(elsewhere.sent).toEqual([])
})

test('an authority that is down is PENDING, and the same octets are sent when the device asks again', async () => {
  const { ask, polled, only, elsewhere } = throughAnother({ script: ['down', 'down', 'issue'] })
  expect(await ask(await message())).toMatchObject({ status: 'pending', detail: 'the line is dead' })
  expect(only()).toMatchObject({ use: 'reserved', known: { state: 'ordered' } })
  expect(await ask(await message())).toMatchObject({ status: 'pending' })
  expect(await polled()).toMatchObject({ status: 'issued' })
  expect(new Set(elsewhere.sent.map((order) => order.message.toString('hex'))).size).toBe(1)
  expect(elsewhere.sent.map(({ attempts, state }) => [attempts, state])).toEqual([
    [1, 'ordered'],
    [2, 'ordered'],
    [3, 'ordered'],
  ])
})

test('where devices do not poll it is 503, and the same request later gets the certificate', async () => {
  const { ask } = throughAnother({ script: ['down', 'issue'], allowPolling: false })
  await expect(ask(await message())).rejects.toBeInstanceOf(Unavailable)
  expect(await ask(await message())).toMatchObject({ status: 'issued' })
})

test('an authority that has to decide is asked what became of it, and not for another certificate', async () => {
  const { ask, polled, elsewhere } = throughAnother({
    script: [{ status: 'pending' }, 'down', { status: 'pending' }, 'issue'],
  })
  expect(await ask(await message())).toMatchObject({ status: 'pending' })
  expect(await polled()).toMatchObject({ status: 'pending' })
  expect(await polled()).toMatchObject({ status: 'pending' })
  expect(await polled()).toMatchObject({ status: 'issued' })
  expect(elsewhere.sent.map(({ state }) => state)).toEqual(['ordered', 'pending', 'pending', 'pending'])
})

test('what it refuses is a FAILURE badRequest at once and to every poll; the challenge is given back', async () => {
  const refused = { status: 'refused', detail: 'the SCEP server refused it: badRequest' } as const
  const { ask, polled, only, ledger, orders } = throughAnother({ script: [refused, 'issue'] })
  await expect(ask(await message())).rejects.toMatchObject({
    reason: 'authority_refused',
    failInfo: 'badRequest',
    detail: refused.detail,
  })
  expect(only()).toMatchObject({ use: 'returned', known: { state: 'refused' } })
  expect([ledger.uses.get(7), orders.rows.size]).toEqual([1, 0])
  await expect(polled()).rejects.toMatchObject({ reason: 'authority_refused' })
  expect(await ask(await message())).toMatchObject({ status: 'issued', repeated: false })
})

test('a slow answer is PENDING, and what comes later is written down without anybody asking', async () => {
  let answer: (given: { status: 'issued'; certificate: Buffer }) => void = () => undefined
  const slow = new Promise<{ status: 'issued'; certificate: Buffer }>((resolve) => {
    answer = resolve
  })
  const { ask, elsewhere, only, orders } = throughAnother({ script: [slow] })
  expect(await ask(await message())).toMatchObject({ status: 'pending' })
  expect(await ask(await message())).toMatchObject({ status: 'pending' })
  expect(elsewhere.sent).toHaveLength(1)
  const [order] = elsewhere.sent
  if (order === undefined) throw new Error('nothing was sent')
  const issued = await elsewhere.issue(order)
  if (issued.status === 'issued') answer(issued)
  while (orders.rows.size > 0) await turns(1)
  expect(only()).toMatchObject({ use: 'spent', known: { state: 'issued' } })
  expect(await ask(await message())).toMatchObject({ status: 'issued', repeated: true })
})

test('two at once send one message, and get one certificate', async () => {
  const { ask, elsewhere } = throughAnother()
  const answers = await Promise.all([ask(await message()), ask(await message())])
  expect(answers.map(({ status }) => status)).toContain('issued')
  expect(elsewhere.sent).toHaveLength(1)
  expect(elsewhere.issued.size).toBe(1)
})

test('a crash after the answer and before it is written down loses nothing and orders nothing twice', async () => {
  const { ask, elsewhere, orders, only, endpoint, ports } = throughAnother()
  const { issue } = orders
  orders.issue = () => Promise.reject(new Error('killed'))
  await expect(ask(await message())).rejects.toThrow('killed')
  expect(only()).toMatchObject({ use: 'reserved', known: { state: 'ordered' } })
  orders.issue = issue
  expect(await ask(await message())).toMatchObject({ status: 'pending' })
  orders.letGo()
  const order = await orders.take(only().known.uuid)
  if (typeof order === 'string') throw new Error(order)
  expect(await settle(order, elsewhere.port, endpoint.scepProfile, ports)).toMatchObject({ status: 'issued' })
  expect(elsewhere.issued.size).toBe(1)
  expect(await ask(await message())).toMatchObject({ status: 'issued', repeated: true })
})

test('of two nodes that sent the same, the one that lost its hold throws a refusal away, and keeps a certificate', async () => {
  const { ask, elsewhere, orders, only, ports } = throughAnother({
    script: ['down', { status: 'refused', detail: '' }, 'issue'],
  })
  await ask(await message())
  const first = await orders.take(only().known.uuid)
  orders.letGo()
  const second = await orders.take(only().known.uuid)
  if (typeof first === 'string' || typeof second === 'string') throw new Error('it was not let go')
  expect(await settle(first, elsewhere.port, undefined, ports)).toEqual({ status: 'overtaken' })
  expect(await settle(first, elsewhere.port, undefined, ports)).toMatchObject({ status: 'issued' })
  expect(await settle(second, elsewhere.port, undefined, ports)).toEqual({ status: 'overtaken' })
})

test('a certificate that another transaction has is not taken for an answer', async () => {
  const { elsewhere, endpoint, ports, only, ask } = throughAnother({ script: ['down', 'issue'] })
  await ask(await message())
  const order = await ports.orders.take(only().known.uuid)
  if (typeof order === 'string') throw new Error(order)
  const entry = {
    uuid: 'of another',
    der: Buffer.alloc(0),
    issuerId: 9,
    state: 'issued',
    endpoint: null,
    raProfileId: null,
  } as const
  const inventory = { ...NO_CERTIFICATES, findByDigest: () => Promise.resolve(entry) }
  expect(await settle(order, elsewhere.port, endpoint.scepProfile, { ...ports, inventory })).toMatchObject({
    status: 'refused',
    detail: expect.stringContaining('serial number'),
  })
  expect(only().known.state).toBe('refused')
})

test('another request under the same transactionID is refused while the first is out', async () => {
  const { ask } = throughAnother({ script: ['down'] })
  await ask(await message())
  await expect(ask(await message({ subject: 'CN=other' }))).rejects.toEqual(reason('transaction_conflict'))
})

test('an order that is not answered for as long as a person may take is over, and the device may ask anew', async () => {
  const { ask, polled, ledger, elsewhere, endpoint } = throughAnother({ script: ['down'] })
  await ask(await message())
  const days = endpoint.raProfile.approval.expiresAfterDays
  const late = new Date(NOW.getTime() + days * DAY)
  const almost = new Date(late.getTime() - 1)
  expect(await polled(almost)).toMatchObject({ status: 'pending' })
  await expect(polled(late)).rejects.toEqual(reason('issue_failed'))
  expect(ledger.uses.get(7)).toBe(1)
  elsewhere.play('issue')
  expect(await ask(await message(), late)).toMatchObject({ status: 'issued' })
  expect(new Set(elsewhere.sent.map(({ upstreamTransactionId }) => upstreamTransactionId)).size).toBe(2)
})

test('what was ordered of an authority to which the profile leads no more is not sent by whoever asks', async () => {
  const { ask, endpoint, elsewhere } = throughAnother({ script: ['down', 'issue'] })
  await ask(await message())
  const moved = { ...endpoint, authority: { ...elsewhere.port, issuerId: 10 } }
  expect(await ask(await message(), NOW, moved)).toMatchObject({ status: 'pending' })
  expect(elsewhere.sent).toHaveLength(1)
})

test('an authority that is not known well enough to be asked records nothing and takes no challenge', async () => {
  const { ask, elsewhere, ledger } = throughAnother()
  elsewhere.port.word = () => Promise.reject(new Error('it has another CA by now'))
  await expect(ask(await message())).rejects.toMatchObject({ name: 'Unavailable', message: 'it has another CA by now' })
  expect([ledger.rows.size, ledger.uses.get(7)]).toEqual([0, 1])
})

test('what a person approves is ordered then, and the device that polls gets it', async () => {
  const { ask, polled, endpoint, only, ports, elsewhere } = throughAnother({ script: ['down', 'issue'] })
  const asked = withRules(endpoint, { approval: { required: true } })
  expect(await ask(await message(), NOW, asked)).toMatchObject({ status: 'pending' })
  expect(elsewhere.sent).toEqual([])
  const { uuid } = only().known
  expect(await approve(uuid, { by: 'alice', role: 'administrator', comment: null }, () => asked, ports, NOW)).toEqual({
    status: 'ordered',
  })
  expect(only()).toMatchObject({ use: 'reserved', known: { state: 'ordered' } })
  expect(await polled()).toMatchObject({ status: 'issued' })
  expect(only().use).toBe('spent')
})

test('a challenge that is judged late is ordered late, and a refusal there begins nothing anew', async () => {
  const refused = { status: 'refused', detail: 'the SCEP server refused it' } as const
  const { ask, endpoint, elsewhere, only } = throughAnother({ script: [refused, 'issue'] })
  const verdicts: ChallengeVerdict[] = [
    { verdict: 'undecided', detail: 'the webhook is down' },
    { verdict: 'accepted' },
  ]
  const validate = () => verdicts.shift() ?? { verdict: 'accepted' as const }
  const asked = { ...endpoint, challenge: { validate } }
  expect(await ask(await message(), NOW, asked)).toMatchObject({ status: 'pending' })
  expect(elsewhere.sent).toEqual([])
  await expect(ask(await message(), NOW, asked)).rejects.toEqual(reason('authority_refused'))
  expect(elsewhere.sent).toHaveLength(1)
  expect(only().known.state).toBe('refused')
})
