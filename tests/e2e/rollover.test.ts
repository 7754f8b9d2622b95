import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Certificate, encodePem } from '@chancery/pki'
import { parseCaCertificates, selectRecipient } from '@chancery/scep'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowRenewalAlways, createChallenge } from '../admin.ts'
import { chancery } from '../cli.ts'
import { must, run } from '../command.ts'
import {
  certificateOf,
  type Device,
  enrol,
  fetchCa,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  sealEnrolment,
} from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { startServer, type TestServer } from '../server.ts'

/** A CA is followed by the next one, over HTTP, with openssl as the device that looks closely. Each test goes on from the one before. */

let postgres: PostgresServer | undefined
afterAll(() => postgres?.stop())

const DATABASES: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  SQLite: async () => ({}),
  PostgreSQL: async () => {
    postgres = await startPostgres()
    return {
      CHANCERY_DATABASE_URL: await postgres.createDatabase(),
      CHANCERY_KEY_SECRET: 'rollover-test-secret-0123456789abcdefghi',
    }
  },
}

describe.each(Object.keys(DATABASES))('on %s', (name) => {
  const folder = temporaryFolder()
  const at = (file: string) => join(folder, file)
  let server: TestServer
  let device: Device
  let former: PublishedCa
  let next: PublishedCa
  let old: Certificate

  beforeAll(async () => {
    server = await startServer({ env: await (DATABASES[name] as () => Promise<Record<string, string>>)() })
    await allowRenewalAlways(server)
    device = await newDevice()
    former = await fetchCa(server.url)
    old = await issue(former)
    keep('former.pem', caOf(former))
  })
  afterAll(() => server.stop())

  const get = (operation: string) => fetch(`${server.url}${PROFILE_PATH}?operation=${operation}`)
  const capabilities = async () => (await (await get('GetCACaps')).text()).split('\n')
  const caOf = ({ certificates }: PublishedCa) => certificates[1] as Certificate
  const keep = (file: string, { der }: Certificate) => writeFileSync(at(file), encodePem('CERTIFICATE', der))

  /** A certificate from whoever the envelope is for; which CA that is must be found by the reader. */
  async function issue(to: PublishedCa, signer = device, challenge?: string): Promise<Certificate> {
    const request = { challenge: challenge ?? (await createChallenge(server)), transactionId: `T${Math.random()}` }
    const ca = {
      ...to,
      certificates: [...to.certificates, ...(former?.certificates ?? []), ...(next?.certificates ?? [])],
    }
    return certificateOf(await enrol(server.url, await sealEnrolment(signer, ca, request), ca))
  }

  async function chainsTo(file: string, certificate: Certificate): Promise<boolean> {
    keep('device.pem', certificate)
    const { stdout } = await run('openssl', ['verify', '-x509_strict', '-CAfile', at(file), at('device.pem')])
    return stdout.toString().endsWith(': OK\n')
  }

  async function administer(verb: string, ...options: string[]): Promise<string> {
    const { code, stdout, stderr } = await chancery(server.dataDir, ['authority', verb, ...options])
    expect(code, stderr).toBe(0)
    return stdout.toString()
  }

  test('S-3.5.2-09 S-4.7.1-07 without a next CA nothing is advertised, and GetNextCACert is HTTP 404', async () => {
    expect(await capabilities()).not.toContain('GetNextCACert')
    const answer = await get('GetNextCACert')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/plain'])
    await answer.text()
  })

  test('S-4.7-01 S-4.7.1-01 S-4.7.1-02 S-3.5.2-09 a prepared one is advertised, and openssl verifies it under the CA of GetCACert', async () => {
    expect(await administer('prepare-next')).toMatch(/^takes over +by command$/m)
    expect(await capabilities()).toContain('GetNextCACert')
    const answer = await get('GetNextCACert')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-x509-next-ca-cert'])
    writeFileSync(at('next.cms'), Buffer.from(await answer.arrayBuffer()))
    const verify = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', at('next.cms'), '-CAfile', at('former.pem')]
    const content = await must('openssl', verify)
    writeFileSync(at('content'), content)
    const printed = await must('openssl', ['pkcs7', '-inform', 'DER', '-in', at('content'), '-print_certs'])
    expect(printed.toString().match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
    const certificates = parseCaCertificates(content)
    next = { certificates, recipient: selectRecipient(certificates) }
    keep('next.pem', caOf(next))
    keep('ra.pem', next.recipient)
    const ra = await must('openssl', ['verify', '-x509_strict', '-CAfile', at('next.pem'), at('ra.pem')])
    expect(ra.toString()).toContain(': OK')
  })

  test('S-5.1-01 of two PKCSReq each is issued by the CA to which it was enveloped', async () => {
    const [byFormer, byNext] = [await issue(former), await issue(next)]
    expect([await chainsTo('former.pem', byFormer), await chainsTo('next.pem', byFormer)]).toEqual([true, false])
    expect([await chainsTo('former.pem', byNext), await chainsTo('next.pem', byNext)]).toEqual([false, true])
  })

  test('after the switch-over GetCACert has the next RA and CA, and nothing is advertised any more', async () => {
    const shown = await administer('activate-next')
    expect(shown).toMatch(/^generation +1, retired/m)
    expect(shown).toMatch(/^generation +2, current/m)
    const published = await fetchCa(server.url)
    expect(published.certificates.map(({ der }) => der)).toEqual(next.certificates.map(({ der }) => der))
    expect(await capabilities()).not.toContain('GetNextCACert')
    expect((await get('GetNextCACert')).status).toBe(404)
  })

  test('S-5.1-01 the former RA certificate still opens messages; the new CA issues', async () => {
    expect(await chainsTo('next.pem', await issue(former))).toBe(true)
  })

  test('a certificate of the former CA is renewed by the new one', async () => {
    const renewed = await issue(next, { ...device, certificate: old }, '')
    expect(await chainsTo('next.pem', renewed)).toBe(true)
  })

  test('CA certificate and CRL of both generations are published, and a revocation reaches the CRL of its own CA', async () => {
    keep('old.pem', old)
    const revoked = await chancery(server.dataDir, ['certificate', 'revoke', at('old.pem')])
    expect(revoked.code, revoked.stderr).toBe(0)
    const crlCheck = async (file: string) => {
      const check = [
        '-crl_check',
        '-CAfile',
        at(file === 'old.pem' ? 'former.pem' : 'next.pem'),
        '-CRLfile',
        at('crl.pem'),
      ]
      return (await run('openssl', ['verify', ...check, at(file)])).stderr
    }
    const fetchCrl = async (generation: number) => {
      const answer = await fetch(`${server.url}/pki/default/${generation}.crl`)
      if (answer.status !== 200) return false
      writeFileSync(at('crl.pem'), encodePem('X509 CRL', Buffer.from(await answer.arrayBuffer())))
      return true
    }
    while (!((await fetchCrl(1)) && (await crlCheck('old.pem')).includes('certificate revoked'))) await sleep(200)
    keep('new.pem', await issue(next))
    while (!(await fetchCrl(2))) await sleep(200)
    expect(await crlCheck('new.pem')).toBe('')
    for (const [generation, ca] of [former, next].entries()) {
      const published = await (await fetch(`${server.url}/pki/default/${generation + 1}.crt`)).arrayBuffer()
      expect(Buffer.from(published)).toEqual(caOf(ca).der)
    }
  })
})
