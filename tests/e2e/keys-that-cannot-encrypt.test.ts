import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setStaticChallenge } from '../admin.ts'
import { chancery } from '../cli.ts'
import { must } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

/** Our client and our server, each with keys that nothing can be encrypted to; openssl judges what comes of it. */

const folder = temporaryFolder()
let server: TestServer

const call = (args: string[], input?: string) => chancery(server.dataDir, args, input === undefined ? {} : { input })

async function ok(args: string[], input?: string) {
  const outcome = await call(args, input)
  expect(outcome.code, outcome.stderr).toBe(0)
  return outcome
}

interface Created {
  readonly challenge: string
  readonly scepUrl: string
}

async function created(...options: string[]): Promise<Created> {
  return JSON.parse((await ok(['challenge', 'create', '--json', ...options])).stdout.toString()) as Created
}

const enrol = (url: string, challenge: string, keyType: string, out: string) =>
  ok(
    ['scep', 'enrol', url, '--subject', 'CN=d', '--key-type', keyType, '--trust-on-first-use', '--out', out].concat(
      '--challenge',
      '-',
    ),
    challenge,
  )

async function verifies(out: string): Promise<void> {
  const certificate = join(out, 'cert.pem')
  const text = async (...args: string[]) => (await must('openssl', args)).toString()
  expect(await text('verify', '-CAfile', join(out, 'ca.pem'), certificate)).toBe(`${certificate}: OK\n`)
  const publicKey = await text('pkey', '-in', join(out, 'key.pem'), '-pubout')
  expect(await text('x509', '-in', certificate, '-noout', '-pubkey')).toBe(publicKey)
}

describe('an EC CA with an RSA RA', () => {
  beforeAll(async () => {
    server = await startServer({ env: { CHANCERY_CA_KEY: 'p-256' } })
    await ok(['profile', 'set', '--renewal-threshold', '10000'])
  })
  afterAll(() => server.stop())

  test.each(['p-256', 'p-384'])(
    'S-3.1-P01 S-3.1-P12 S-3.1-P18 a %s key enrols and is renewed, the second time without a challenge',
    async (keyType) => {
      const out = join(folder, `ra-${keyType}`)
      const { challenge, scepUrl } = await created()
      await enrol(scepUrl, challenge, keyType, out)
      await verifies(out)
      await ok(['scep', 'renew', scepUrl, '--in', out])
      await verifies(out)
    },
  )
})

describe('a CA whose only key is an EC key', () => {
  beforeAll(async () => {
    server = await startServer({ env: { CHANCERY_CA_KEY: 'p-256', CHANCERY_RA_KEY: 'ca' } })
    await ok(['profile', 'set', '--renewal-threshold', '10000'])
  })
  afterAll(() => server.stop())

  test.each(['rsa-2048', 'p-256'])(
    'S-3.1-P01 S-3.1-P10 a %s key enrols with a one-time challenge made as a password',
    async (keyType) => {
      const out = join(folder, `ec-${keyType}`)
      const { challenge, scepUrl } = await created('--password')
      await enrol(scepUrl, challenge, keyType, out)
      await verifies(out)
    },
  )

  test('S-3.1-P15 a renewal needs a secret that the server knows, and goes on with it', async () => {
    const out = join(folder, 'ec-p-256')
    const { scepUrl } = await created('--password')
    const without = await call(['scep', 'renew', scepUrl, '--in', out])
    expect([without.code, without.stderr.includes('not RSA')]).toEqual([1, true])
    const secret = randomBytes(16).toString('hex')
    await setStaticChallenge(server, secret)
    await ok(['scep', 'renew', scepUrl, '--in', out, '--challenge', '-'], secret)
    await verifies(out)
  })
})
