import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Certificate, encodePem, parseCertificate, parseOcspResponse, serialToHex } from '@chancery/pki'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admin, createChallenge } from '../admin.ts'
import { chancery } from '../cli.ts'
import { must, run } from '../command.ts'
import { certificateOf, enrol, fetchCa, newDevice, sealEnrolment } from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { startServer, type TestServer } from '../server.ts'

/** What `openssl ocsp` is told agrees with the inventory, at once and on every node. */

const folder = temporaryFolder()
const at = (name: string) => join(folder, name)
let postgres: PostgresServer
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

describe.each([
  ['SQLite', 1],
  ['PostgreSQL', 2],
] as const)('on %s', (database, count) => {
  let nodes: readonly TestServer[]
  let certificate: Certificate
  const changed = () => nodes[0] as TestServer
  const asked = () => nodes.at(-1) as TestServer

  beforeAll(async () => {
    const env = {
      CHANCERY_PUBLIC_URL: 'http://ca.example',
      ...(database === 'SQLite'
        ? {}
        : {
            CHANCERY_DATABASE_URL: await postgres.createDatabase(),
            CHANCERY_KEY_SECRET: 'ocsp-test-key-secret-0123456789-0123456789',
            CHANCERY_ADMIN_TOKEN: 'ocsp-test-admin-token-0123456789-0123456789',
            CHANCERY_WORKERS: '1',
          }),
    }
    nodes = await Promise.all(Array.from({ length: count }, () => startServer({ env })))
    const ca = await fetchCa(changed().url)
    const challenge = await createChallenge(changed())
    const enrolment = await sealEnrolment(await newDevice(), ca, { challenge })
    certificate = certificateOf(await enrol(changed().url, enrolment, ca))
    writeFileSync(at('cert.pem'), encodePem('CERTIFICATE', certificate.der))
    const root = Buffer.from(await (await fetch(`${changed().url}/pki/default/1.crt`)).arrayBuffer())
    writeFileSync(at('ca.pem'), encodePem('CERTIFICATE', root))
  })
  afterAll(() => Promise.all(nodes.map((node) => node.stop())))

  /** What openssl says of the certificate, having verified the answer. */
  async function openssl(options: readonly string[] = ['-no_nonce'], which = ['-cert', at('cert.pem')]) {
    const url = `${asked().url}/ocsp/default`
    const args = ['ocsp', ...options, '-issuer', at('ca.pem'), ...which, '-CAfile', at('ca.pem'), '-url', url]
    const { stdout, stderr } = await run('openssl', args)
    return `${stderr}${stdout}`
  }

  /** @returns the state that the inventory has then */
  async function change(verb: 'revoke' | 'release', reason?: string): Promise<string> {
    const { uuid } = await inInventory(certificate)
    await admin(changed(), 'PUT', `/v1/certificates/${uuid}/${verb}`, reason === undefined ? undefined : { reason })
    const { state } = (await admin(changed(), 'GET', `/v1/certificates/${uuid}`)) as { state: string }
    return state
  }

  async function inInventory({ serialNumber }: Certificate): Promise<{ uuid: string; purpose: string }> {
    const args = ['certificate', 'show', serialToHex(serialNumber), '--json']
    const { stdout, stderr } = await chancery(changed().dataDir, args)
    if (stdout.length === 0) throw new Error(stderr)
    return JSON.parse(stdout.toString()) as { uuid: string; purpose: string }
  }

  test('the certificate says where it is asked about', async () => {
    const text = (await must('openssl', ['x509', '-in', at('cert.pem'), '-noout', '-ocsp_uri'])).toString()
    expect(text.trim()).toBe('http://ca.example/ocsp/default')
  })

  test('it is good, and openssl verifies the answer, with and without nonce, by SHA-1 and SHA-256', async () => {
    for (const options of [['-no_nonce'], ['-nonce'], ['-sha256', '-no_nonce'], ['-sha256', '-nonce']]) {
      const said = await openssl(options)
      expect(said, options.join(' ')).toContain('Response verify OK')
      expect(said).toMatch(/cert\.pem: good/)
      expect(said).not.toContain('WARNING')
    }
  })

  test('hold, release and revocation are told in the very next answer of the other node', async () => {
    expect(await change('revoke', 'certificateHold')).toBe('held')
    expect(await openssl()).toMatch(/cert\.pem: revoked[\s\S]*Reason: certificateHold/)
    expect(await change('release')).toBe('issued')
    expect(await openssl()).toMatch(/cert\.pem: good/)
    expect(await change('revoke', 'keyCompromise')).toBe('revoked')
    for (const options of [['-no_nonce'], ['-nonce'], ['-sha256', '-no_nonce']]) {
      expect(await openssl(options)).toMatch(/Response verify OK[\s\S]*cert\.pem: revoked[\s\S]*Reason: keyCompromise/)
    }
  })

  test('a GET, as openssl wrote its request, is answered alike', async () => {
    const args = ['ocsp', '-no_nonce', '-issuer', at('ca.pem'), '-cert', at('cert.pem'), '-reqout', at('request.der')]
    await must('openssl', args)
    const request = await must('openssl', ['base64', '-A', '-in', at('request.der')])
    const answer = await fetch(`${asked().url}/ocsp/default/${encodeURIComponent(request.toString())}`)
    writeFileSync(at('answer.der'), Buffer.from(await answer.arrayBuffer()))
    const verify = ['-issuer', at('ca.pem'), '-cert', at('cert.pem'), '-CAfile', at('ca.pem'), '-no_nonce']
    const { stdout, stderr } = await run('openssl', ['ocsp', '-respin', at('answer.der'), ...verify])
    expect(`${stderr}${stdout}`).toMatch(/Response verify OK[\s\S]*cert\.pem: revoked/)
    expect(answer.headers.get('cache-control')).toMatch(/^max-age=\d+, public/)
  })

  test('a serial number that nobody has is not ours to answer for', async () => {
    expect(await openssl(['-no_nonce'], ['-serial', '0x1234'])).toContain('Responder Error: unauthorized (6)')
  })

  test('a signer that is revoked is replaced within seconds, on every node, and answers go on', async () => {
    const before = await signerOf()
    const { uuid, purpose } = await inInventory(before)
    expect(purpose).toBe('ocsp')
    await admin(changed(), 'PUT', `/v1/certificates/${uuid}/revoke`, { reason: 'superseded' })
    while ((await signerOf()).digest().equals(before.digest())) await sleep(200)
    expect(await openssl()).toContain('Response verify OK')
  })

  /** Of the answer that the other node gives now. */
  async function signerOf(): Promise<Certificate> {
    const answer = await fetch(`${asked().url}/ocsp/default`, {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request' },
      body: new Uint8Array(await must('cat', [at('request.der')])),
    })
    const response = parseOcspResponse(Buffer.from(await answer.arrayBuffer()))
    const [signer] = response.status === 'successful' ? response.basic.certificates : []
    return parseCertificate(signer?.der ?? Buffer.alloc(0))
  }
})
