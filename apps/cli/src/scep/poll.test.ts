import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { der } from '@chancery/pki'
import { afterEach, expect, test } from 'vitest'
import type { MockCaScript } from '../testing/mock-ca.ts'
import { type Scene, scene } from '../testing/scene.ts'

const CHALLENGE = 'S3CRET-CHALLENGE'
const GIVEN = { env: { CHANCERY_CHALLENGE: CHALLENGE } }
const RENEWAL = 'AES\nSHA-256\nPOSTPKIOperation\nRenewal\nSCEPStandard\n'

let here: Scene
afterEach(() => here.close())

/** A CA that lets the first messages wait. */
async function start(pendings: number, script: MockCaScript = {}): Promise<void> {
  here = await scene({
    capabilities: RENEWAL,
    passwords: [CHALLENGE],
    decide: (_, { messages }) => (messages.length <= pendings ? { status: 'PENDING' } : undefined),
    ...script,
  })
}

const types = () => here.ca.messages.map(({ messageType }) => messageType)

test('S-2.5.1-02 without a word about polling it asks once and ends with 2', async () => {
  await start(9)
  expect(await here.enrol([], GIVEN)).toMatchObject({ code: 2, pauses: [] })
  expect(types()).toEqual(['19'])
})

test('S-2.5.1-02 S-4.4-01 S-4.4-05 S-3.2.1.1-01 S-3.2.1.5-01 S-3.2.1.5-06 --poll asks again by CertPoll until the certificate is there', async () => {
  await start(3)
  expect(await here.enrol(['--poll', '--poll-interval', '10s'], GIVEN)).toMatchObject({
    code: 0,
    pauses: [10_000, 15_000, 22_500],
  })
  expect(types()).toEqual(['19', '20', '20', '20'])
  const { messages } = here.ca
  for (const { transactionId, signer, hasRecipientNonce } of messages) {
    expect(transactionId).toBe(messages[0]?.transactionId)
    expect(signer.der).toEqual(messages[0]?.signer.der)
    expect(hasRecipientNonce).toBe(false)
  }
  expect(new Set(messages.map(({ senderNonce }) => senderNonce.toString('hex'))).size).toBe(4)
  expect(here.files()).toEqual(['ca.pem', 'cert.pem', 'key.pem'])
})

test('S-3.3.3-01 a poll names the CA and the subject, not the RA', async () => {
  await start(1)
  expect(await here.enrol(['--poll'], GIVEN)).toMatchObject({ code: 0 })
  const names = der.sequence(here.ca.root.certificate.subject.der, here.certificate().subject.der)
  expect(here.ca.messages[1]?.content).toEqual(names)
})

test('S-2.5.1-02 with --max-polls 3 a server that never decides is asked three times, and it ends with 2', async () => {
  await start(99)
  const outcome = await here.enrol(['--max-polls', '3', '--poll-interval', '1s', '--json'], GIVEN)
  expect(outcome).toMatchObject({ code: 2, pauses: [1_000, 1_500, 2_250] })
  expect(types()).toEqual(['19', '20', '20', '20'])
  expect(JSON.parse(outcome.stdout)).toMatchObject({ status: 'PENDING', error: 'pending' })
})

test('S-2.5.1-02 --max-poll-time ends it too', async () => {
  await start(99)
  const outcome = await here.enrol(['--max-poll-time', '1m', '--poll-interval', '40s'], GIVEN)
  expect(outcome.code).toBe(2)
  expect(outcome.pauses[0]).toBe(40_000)
  expect(outcome.pauses).toHaveLength(2)
})

test('S-2.5.1-01 FAILURE to a poll ends it, and nothing stays', async () => {
  await start(0, {
    decide: (_, { messages }) => (messages.length < 2 ? { status: 'PENDING' } : { status: 'FAILURE', failInfo: '2' }),
  })
  expect(await here.enrol(['--poll'], GIVEN)).toMatchObject({ code: 12 })
  expect(here.files()).toEqual([])
})

test('--poll-by resend sends the request again, for servers without CertPoll', async () => {
  await start(2)
  expect(await here.enrol(['--poll', '--poll-by', 'resend'], GIVEN)).toMatchObject({ code: 0 })
  expect(types()).toEqual(['19', '19', '19'])
  expect(new Set(here.ca.messages.map(({ transactionId }) => transactionId)).size).toBe(1)
})

test('D-2.3-01 while it waits the SHA-256 of the PKCS#10 is shown, for whoever approves it', async () => {
  await start(2)
  const outcome = await here.enrol(['--key-type', 'p-256'], GIVEN)
  const digest = createHash('sha256')
    .update(here.ca.messages[0]?.content as Buffer)
    .digest('hex')
  expect(outcome.stderr).toMatch(new RegExp(`compare the SHA-256 of the request: ${digest}`))
  // The same one later, although an ECDSA signature is never made twice.
  const later = await here.scep(['poll', here.out, '--json'], GIVEN)
  expect(JSON.parse(later.stdout)).toMatchObject({ status: 'PENDING', requestSha256: digest })
})

test('scep poll takes an enrolment up in another process, from its folder alone', async () => {
  await start(2)
  expect(await here.enrol([], GIVEN)).toMatchObject({ code: 2 })
  const state = JSON.parse(here.read('enrolment.json')) as { transactionId: string }
  expect(await here.scep(['poll', here.out])).toMatchObject({ code: 2 })
  expect(await here.scep(['poll', here.out])).toMatchObject({ code: 0 })
  expect(types()).toEqual(['19', '20', '20'])
  const [sent, , last] = here.ca.messages
  expect(last?.transactionId).toBe(state.transactionId)
  expect(last?.signer.der).toEqual(sent?.signer.der)
  expect(here.files()).toEqual(['ca.pem', 'cert.pem', 'key.pem'])
})

test('S-2.2-03 scep poll demands the CA that was trusted before', async () => {
  await start(9)
  const args = ['--subject', 'CN=device1', '--out', here.out, '--trust-on-first-use']
  expect(await here.scep(['enrol', here.url, ...args], GIVEN)).toMatchObject({ code: 2 })
  const state = JSON.parse(here.read('enrolment.json')) as { sent: { anchor: string } }
  expect(state.sent.anchor).toBe(here.ca.root.certificate.digest().toString('hex'))
  writeFileSync(
    join(here.out, 'enrolment.json'),
    JSON.stringify({ ...state, sent: { ...state.sent, anchor: 'ab'.repeat(32) } }),
  )
  expect(await here.scep(['poll', here.out])).toMatchObject({ code: 5 })
  expect(types()).toEqual(['19'])
})

test('S-3.1-P18 scep poll for an EC key wants the challenge again, and opens the certificate under it alone', async () => {
  await start(1)
  expect(await here.enrol(['--key-type', 'p-256'], GIVEN)).toMatchObject({ code: 2 })
  const without = await here.scep(['poll', here.out])
  expect(without.code).toBe(1)
  expect(without.stderr).toContain('Give the challenge')
  expect(await here.scep(['poll', here.out, '--challenge', 'another'])).toMatchObject({ code: 4 })
  expect(here.files()).toEqual(['enrolment.json'])
  expect(await here.scep(['poll', here.out, '--challenge', '-'], { stdin: CHALLENGE })).toMatchObject({ code: 0 })
})

test('S-5.2-07 after a break the request is sent again and not polled for, unless --resume says so', async () => {
  await start(3)
  expect(await here.enrol([], GIVEN)).toMatchObject({ code: 2 })
  expect(await here.enrol([], GIVEN)).toMatchObject({ code: 2 })
  expect(await here.enrol(['--resume'], GIVEN)).toMatchObject({ code: 2 })
  expect(await here.enrol(['--force'], GIVEN)).toMatchObject({ code: 0 })
  expect(types()).toEqual(['19', '19', '20', '19'])
  const ids = here.ca.messages.map(({ transactionId }) => transactionId)
  expect(ids[3]).toBe(ids[0])
})

test('a renewal that waits is polled for too, of an EC key with the password that it made up', async () => {
  let decided = false
  await start(0, {
    decide: ({ messageType }) => (messageType !== '19' && !decided ? { status: 'PENDING' } : undefined),
  })
  expect(await here.enrol(['--key-type', 'p-256'], GIVEN)).toMatchObject({ code: 0 })
  const held = here.certificate()
  expect(await here.scep(['renew', here.url, '--in', here.out])).toMatchObject({ code: 2 })
  expect(here.certificate().der).toEqual(held.der)
  decided = true
  expect(await here.scep(['poll', here.out])).toMatchObject({ code: 0 })
  expect(types()).toEqual(['19', '17', '20'])
  expect(here.ca.messages[2]?.signer.der).toEqual(held.der)
  expect(here.certificate('cert.pem.old').der).toEqual(held.der)
})

test('a server that knows nothing of what is polled for: key and transaction are kept, and the request can be sent again', async () => {
  await start(1, {
    decide: ({ messageType }, { messages }) =>
      messageType === '20'
        ? { status: 'FAILURE', failInfo: '4' }
        : messages.length < 2
          ? { status: 'PENDING' }
          : undefined,
  })
  expect(await here.enrol([], GIVEN)).toMatchObject({ code: 2 })
  const unknown = await here.scep(['poll', here.out])
  expect([unknown.code, unknown.stderr.includes('sends it again')]).toEqual([14, true])
  expect(await here.enrol([], GIVEN)).toMatchObject({ code: 0 })
  expect(new Set(here.ca.messages.map(({ transactionId }) => transactionId)).size).toBe(1)
})

test('scep poll says so when nothing is under way, and when nothing has been sent', async () => {
  await start(0)
  expect(await here.enrol([], GIVEN)).toMatchObject({ code: 0 })
  const idle = await here.scep(['poll', here.out])
  expect([idle.code, idle.stderr.includes('Nothing is under way')]).toEqual([1, true])
  expect(
    await here.scep([
      'enrol',
      here.url,
      '--subject',
      'CN=x',
      '--out',
      `${here.out}-2`,
      '--ca-fingerprint',
      'ab'.repeat(32),
    ]),
  ).toMatchObject({ code: 5 })
  expect(await here.scep(['poll', `${here.out}-2`])).toMatchObject({ code: 1 })
})

test('S-7.7-01 --signer-subject hides the subject from whoever reads along', async () => {
  await start(0)
  expect(await here.enrol(['--signer-subject', 'CN=nobody'], GIVEN)).toMatchObject({ code: 0 })
  const body = here.server.seen.at(-1)?.body as Buffer
  expect(body.includes('nobody')).toBe(true)
  expect(body.includes('device1')).toBe(false)
  expect(await here.enrol(['--force', '--signer-subject', 'nonsense'], GIVEN)).toMatchObject({ code: 1 })
})

test('S-3.2.1.1-06 --key-transaction-id derives it from the key', async () => {
  await start(0)
  expect(await here.enrol(['--key-transaction-id'], GIVEN)).toMatchObject({ code: 0 })
  const digest = here.certificate().publicKey.digest().toString('hex').toUpperCase()
  expect(here.ca.messages[0]?.transactionId).toBe(digest)
})

test('C-AL-05 S-2.9-06 --pss and --oaep are used when asked for', async () => {
  await start(0)
  expect(await here.enrol(['--pss', '--oaep', 'sha256'], GIVEN)).toMatchObject({ code: 0 })
  const hex = here.server.seen.at(-1)?.body.toString('hex') ?? ''
  expect(hex).toContain('06092a864886f70d01010a')
  expect(hex).toContain('06092a864886f70d010107')
})
