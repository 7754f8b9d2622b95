import { createPrivateKey } from 'node:crypto'
import { challengePasswords, parseCertificationRequest } from '@chancery/pki'
import { afterEach, expect, test } from 'vitest'
import type { MockCaScript } from '../testing/mock-ca.ts'
import { type Scene, scene } from '../testing/scene.ts'

const CHALLENGE = 'pä$$ 1'
const GIVEN = { env: { CHANCERY_CHALLENGE: CHALLENGE } }
const RENEWAL = 'AES\nSHA-256\nPOSTPKIOperation\nRenewal\nSCEPStandard\n'

let here: Scene
afterEach(() => here.close())

async function start(script: MockCaScript = {}): Promise<void> {
  here = await scene({ capabilities: RENEWAL, passwords: [CHALLENGE], ...script })
}

const challengesIn = (content: Buffer) => challengePasswords(parseCertificationRequest(content))

test.each([
  ['p-256', 'ec', 'prime256v1'],
  ['p-384', 'ec', 'secp384r1'],
  ['p-521', 'ec', 'secp521r1'],
  ['ed25519', 'ed25519', undefined],
] as const)(
  'S-3.1-P01 S-3.1-P18 a key of type %s enrols: the request encrypted to the RA, the certificate under the challenge',
  async (keyType, type, namedCurve) => {
    await start()
    expect(await here.enrol(['--key-type', keyType], GIVEN)).toMatchObject({ code: 0 })
    const key = createPrivateKey(here.read('key.pem'))
    expect([key.asymmetricKeyType, key.asymmetricKeyDetails?.namedCurve]).toEqual([type, namedCurve])
    expect(here.files()).toEqual(['ca.pem', 'cert.pem', 'key.pem'])
    const [message] = here.ca.messages
    expect(message).toMatchObject({ messageType: '19', password: undefined })
    expect(challengesIn(message?.content as Buffer)).toEqual([CHALLENGE])
  },
)

test.each(['rsa-2048', 'p-256'])(
  'S-3.1-P01 S-3.1-P02 to a CA with an EC key alone a %s key sends its request under the challenge',
  async (keyType) => {
    await start({ ec: true })
    expect(await here.enrol(['--key-type', keyType], GIVEN)).toMatchObject({ code: 0 })
    expect(here.ca.messages.map(({ password }) => password)).toEqual([CHALLENGE])
  },
)

test.each([
  ['an EC key', {}, 'p-256', 'The key that signs is not RSA'],
  ['an EC CA', { ec: true }, 'rsa-2048', 'The key of the server is not RSA'],
] as const)(
  'S-3.1-P15 %s without a challenge: nothing is sent, nothing is left, and it says why',
  async (_, script, keyType, why) => {
    await start(script)
    const outcome = await here.enrol(['--key-type', keyType, '--json'])
    expect(outcome.code).toBe(1)
    expect(JSON.parse(outcome.stdout)).toMatchObject({ reason: 'no_password', message: expect.stringContaining(why) })
    expect(here.ca.messages).toEqual([])
    expect(here.files()).toEqual([])
  },
)

test('a challenge is never written down, also while the request of an EC key waits', async () => {
  await start({ decide: () => ({ status: 'PENDING' }) })
  expect(await here.enrol(['--key-type', 'p-256'], GIVEN)).toMatchObject({ code: 2 })
  expect(here.read('enrolment.json')).not.toContain(CHALLENGE)
  expect(Buffer.from(here.read('enrolment.json'))).not.toContain(Buffer.from(CHALLENGE).toString('base64'))
})

test('S-3.1-P01 an EC certificate is renewed: encrypted to the RA, with a fresh challenge of its own for the reply', async () => {
  await start()
  expect(await here.enrol(['--key-type', 'p-256'], GIVEN)).toMatchObject({ code: 0 })
  const old = here.certificate()
  for (const run of [1, 2]) {
    expect(await here.scep(['renew', here.url, '--in', here.out], GIVEN)).toMatchObject({ code: 0 })
    const message = here.ca.messages[run]
    expect(message).toMatchObject({ messageType: '17', password: undefined })
    if (run === 1) expect(message?.signer.der).toEqual(old.der)
  }
  const challenges = here.ca.messages.slice(1).flatMap(({ content }) => challengesIn(content))
  expect(challenges).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)])
  expect(challenges[0]).not.toBe(challenges[1])
  expect(here.certificate().publicKey.curve).toBe('P-256')
})

test('S-2.4-12 an RSA key that becomes an EC key needs no challenge: the old key opens the reply', async () => {
  await start()
  expect(await here.enrol()).toMatchObject({ code: 0 })
  expect(await here.scep(['renew', here.url, '--in', here.out, '--key-type', 'p-384'])).toMatchObject({ code: 0 })
  expect(here.certificate().publicKey.curve).toBe('P-384')
  expect(challengesIn(here.ca.messages[1]?.content as Buffer)).toEqual([])
})

test('S-3.1-P15 a renewal at a CA with an EC key alone needs a secret that the server knows', async () => {
  await start({ ec: true })
  expect(await here.enrol(['--key-type', 'p-256'], GIVEN)).toMatchObject({ code: 0 })
  const refused = await here.scep(['renew', here.url, '--in', here.out])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('--challenge-file')
  expect(here.ca.messages).toHaveLength(1)
  expect(here.files()).toEqual(['ca.pem', 'cert.pem', 'key.pem'])
  const given = await here.scep(['renew', here.url, '--in', here.out, '--challenge', '-'], { stdin: `${CHALLENGE}\n` })
  expect(given).toMatchObject({ code: 0 })
  expect(here.ca.messages[1]).toMatchObject({ messageType: '17', password: CHALLENGE })
})

test('S-2.4-12 a challenge goes into a renewal only when it is given to it', async () => {
  await start()
  expect(await here.enrol([], GIVEN)).toMatchObject({ code: 0 })
  expect(await here.scep(['renew', here.url, '--in', here.out, '--challenge', 'extra'])).toMatchObject({ code: 0 })
  expect(challengesIn(here.ca.messages[1]?.content as Buffer)).toEqual(['extra'])
})
