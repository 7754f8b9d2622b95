import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Certificate, IssuedCertificate } from '@chancery/api'
import { generateKey } from '@chancery/ca'
import {
  baseCrlNumber,
  buildCertificationRequest,
  crlDistributionPoints,
  crlNumber,
  decodePem,
  encodePem,
  freshestCrl,
  issuingDistributionPoint,
  nameFromText,
  parseCertificate,
  parseCrl,
  softwareSigningKey,
} from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { run } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { onBothDatabases } from '../store.ts'

/** Inventory and openssl agree about who is revoked, by complete CRL, by delta and by shard. */

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'
const PUBLIC = 'http://ca.test'
const folder = temporaryFolder()

interface Issued {
  readonly uuid: string
  readonly pem: string
}

onBothDatabases((database, dialect) => {
  let server: TestApp
  let ca: string
  beforeAll(async () => {
    const where =
      dialect === 'sqlite'
        ? {}
        : {
            CHANCERY_DATABASE_URL: (await database.empty()).url,
            CHANCERY_KEY_SECRET: 'a secret of the test, long enough',
          }
    server = await testApp({ ...where, CHANCERY_ADMIN_TOKEN: TOKEN, CHANCERY_PUBLIC_URL: PUBLIC })
    ca = file(encodePem('CERTIFICATE', (await fetchFile('1.crt')).body))
  })
  afterAll(() => server.close())

  async function call<Body>(method: 'GET' | 'PUT' | 'POST', path: string, payload?: object): Promise<Body> {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const answer = await server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
    expect(answer.statusCode, answer.body).toBeLessThan(300)
    return answer.json() as Body
  }

  async function set(settings: object): Promise<void> {
    const { configuration } = await server.context.snapshots.current()
    const uuid = configuration.authorities[0]?.uuid ?? ''
    await server.store.configuration.edit([{ edit: 'setAuthority', uuid, change: { settings: { ...settings } } }])
    await server.context.snapshots.refresh()
  }

  async function issued(): Promise<Issued> {
    const { configuration } = await server.context.snapshots.current()
    const key = softwareSigningKey(await generateKey('rsa-2048'))
    const csr = await buildCertificationRequest({ subject: nameFromText(`CN=${randomUUID()}`), key })
    const path = `/raProfiles/${configuration.raProfiles[0]?.uuid}/certificates`
    const body = { csr: encodePem('CERTIFICATE REQUEST', csr) }
    const { certificateUuid, pem } = await call<IssuedCertificate>('POST', path, body)
    return { uuid: certificateUuid ?? '', pem: pem ?? '' }
  }

  const revoke = (uuid: string, reason: string) => call('PUT', `/certificates/${uuid}/revoke`, { reason })
  const release = (uuid: string) => call('PUT', `/certificates/${uuid}/release`)
  /** On a CRL what is on hold is revoked. */
  const stateOf = async (uuid: string) => {
    const { state } = await call<Certificate>('GET', `/certificates/${uuid}`)
    return state === 'held' ? 'revoked' : state
  }

  /** A moment later, so that nothing of the moment before is answered from memory. */
  async function fetchFile(path: string) {
    server.clock.now = new Date(server.clock.now.getTime() + 1)
    const answer = await server.app.inject({ method: 'GET', url: `/pki/default/${path}` })
    return { status: answer.statusCode, body: answer.rawPayload }
  }

  async function published(path: string): Promise<Buffer> {
    await server.runJobs()
    server.clock.now = new Date(server.clock.now.getTime() + 5000)
    return (await fetchFile(path)).body
  }

  /** What openssl says of a certificate, by these CRLs. */
  async function judged({ pem }: Issued, crls: readonly Buffer[], ...options: string[]): Promise<string> {
    const files = crls.flatMap((crl) => ['-CRLfile', file(encodePem('X509 CRL', crl))])
    const at = ['-attime', String(Math.floor(server.clock.now.getTime() / 1000))]
    const args = ['verify', '-crl_check', ...at, ...options, '-CAfile', ca, ...files, file(pem)]
    const { stdout, stderr } = await run('openssl', args)
    if (stdout.toString().includes(': OK')) return 'issued'
    return stderr.includes('certificate revoked') ? 'revoked' : stderr
  }

  test('after revocation, hold and release inventory, complete CRL and delta CRL agree', async () => {
    await set({ deltaCrls: true })
    const [held, revoked, good] = [await issued(), await issued(), await issued()]
    const before = await published('1.crl')
    expect(freshestCrl(parseCrl(before))).toEqual([`${PUBLIC}/pki/default/1.delta.crl`])
    const agree = async (...older: readonly Buffer[]) => {
      const complete = await published('1.crl')
      const delta = (await fetchFile('1.delta.crl')).body
      expect(baseCrlNumber(parseCrl(delta))).toBe(crlNumber(parseCrl(before)))
      for (const one of [held, revoked, good]) {
        const state = await stateOf(one.uuid)
        expect(await judged(one, [complete]), 'by the complete CRL').toBe(state)
        for (const old of older) {
          expect(await judged(one, [old, delta], '-use_deltas', '-extended_crl'), 'by the delta').toBe(state)
        }
      }
      return complete
    }
    await revoke(held.uuid, 'certificateHold')
    await revoke(revoked.uuid, 'keyCompromise')
    const during = await agree(before)
    await release(held.uuid)
    await agree(before, during)
    await revoke(held.uuid, 'certificateHold')
    await revoke(held.uuid, 'superseded')
    await agree(before, during)
  })

  test('a certificate names the CRL of its shard, which alone says whether it is revoked; the complete one lists it too', async () => {
    await set({ crlShards: 4 })
    const one = await issued()
    const certificate = parseCertificate(decodePem(one.pem, 'CERTIFICATE')[0] ?? Buffer.alloc(0))
    const [url = ''] = crlDistributionPoints(certificate)
    expect(url).toMatch(/^http:\/\/ca\.test\/pki\/default\/1\/[1-4]\.crl$/)
    const path = url.slice(`${PUBLIC}/pki/default/`.length)
    const fresh = await published(path)
    expect(issuingDistributionPoint(parseCrl(fresh))).toEqual([url])
    expect(await judged(one, [fresh])).toBe('issued')
    await revoke(one.uuid, 'superseded')
    // The number of shards may change: a certificate stays where it was put.
    await set({ crlShards: 3 })
    const shard = await published(path)
    expect(await judged(one, [shard])).toBe('revoked')
    expect(await judged(one, [(await fetchFile('1.crl')).body])).toBe('revoked')
    const another = ['1/1.crl', '1/2.crl'].find((other) => other !== path) ?? ''
    expect(await judged(one, [(await fetchFile(another)).body]), 'of another shard').toMatch(
      /different CRL scope|unable to get/i,
    )
    await set({ crlShards: 0 })
    server.clock.now = new Date(server.clock.now.getTime() + 4 * 86_400_000)
    const later = await published(path)
    expect(crlNumber(parseCrl(later)), 'a shard that is out of use is renewed').toBeGreaterThan(
      crlNumber(parseCrl(shard)) ?? 0n,
    )
  })
})

function file(content: string): string {
  const path = join(folder, randomUUID())
  writeFileSync(path, content)
  return path
}
