import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allowRenewalAlways, createChallenge } from '../admin.ts'
import { must, run } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'
import { type CaFiles, expectVerified, writeCaFiles } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { withClient } from './with-client.ts'

/** pkcs7 builds and parses the messages, openssl after it brings 3DES; leaving tpm out silences its warning. */
const PLUGINS =
  'pki { load = curl random nonce pem pkcs1 pkcs7 pkcs8 x509 pubkey revocation constraints gmp hmac sha1 sha2 md5 mgf1 aes openssl }\n'

const PATHS = [
  '/api/v1/protocols/scep/default/pkiclient.exe',
  '/api/v1/protocols/scep/raProfile/default/pkiclient.exe',
] as const

withClient(CLIENTS.strongswan, (pki) => {
  const folder = temporaryFolder()
  let server: TestServer
  let files: CaFiles
  let env: Record<string, string>

  beforeAll(async () => {
    writeFileSync(join(folder, 'strongswan.conf'), PLUGINS)
    env = { PATH: process.env.PATH ?? '', STRONGSWAN_CONF: join(folder, 'strongswan.conf') }
    server = await startServer()
    files = await writeCaFiles(server.url, folder)
  })
  afterAll(() => server.stop())

  test('S-4.2.1.2-03 reads RA and CA from GetCACert', async () => {
    const [ca, ra] = [join(folder, 'scepca-ca.der'), join(folder, 'scepca-ra.der')]
    await must(pki, ['--scepca', '--url', `${server.url}${PATHS[0]}`, '--caout', ca, '--raout', ra, '--force'], { env })
    expect(readFileSync(ca)).toEqual(readFileSync(files.caDer))
    expect(readFileSync(ra)).toEqual(readFileSync(files.recipientDer))
  })

  for (const path of PATHS)
    for (const cipher of ['aes', 'des3'])
      for (const digest of ['sha1', 'sha256', 'sha512'])
        test(`S-3.5.2-05 enrols with ${cipher} and ${digest} at ${path}`, async () => {
          const { code, stdout, stderr } = await enrol(path, ['--cipher', cipher, '--digest', digest])
          expect(code, stderr).toBe(0)
          expect(stderr).toContain('Issued certificate is trusted')
          const certificate = join(folder, `${cipher}-${digest}.pem`)
          writeFileSync(certificate, stdout)
          await expectVerified(certificate, files)
        })

  test('S-2.4-03 with a wrong challenge is told badRequest', async () => {
    const { code, stderr } = await enrol(PATHS[0], ['--cipher', 'aes', '--digest', 'sha256'], 'wrong')
    expect(code).toBe(1)
    expect(stderr).toMatch(/failInfo: +badRequest/)
  })

  test('S-2.3-10 S-2.5-01 renews with a new key and RenewalReq, without a challenge, once it is time', async () => {
    const first = await enrolled('renewing')
    const path = PATHS[0]
    const renew = () => request(path, first.folder, ['--cert', first.certificate, '--key', first.key])
    const early = await renew()
    expect(early.code).toBe(1)
    expect(early.stderr).toMatch(/failInfo: +badRequest/)
    await allowRenewalAlways(server)
    const { code, stdout, stderr } = await renew()
    expect(code, stderr).toBe(0)
    const renewed = join(folder, 'renewed.pem')
    writeFileSync(renewed, stdout)
    await expectVerified(renewed, files)
    expect(stdout).not.toBe(readFileSync(first.certificate, 'utf8'))
  })

  async function enrolled(name: string) {
    const device = mkdtempSync(join(folder, `${name}-`))
    const password = ['--password', await createChallenge(server)]
    const { code, stdout, stderr } = await request(PATHS[0], device, password)
    expect(code, stderr).toBe(0)
    const certificate = join(device, 'cert.pem')
    writeFileSync(certificate, stdout)
    return { folder: device, certificate, key: join(device, 'key-1.pem') }
  }

  async function enrol(path: string, options: readonly string[], password?: string) {
    const device = mkdtempSync(join(folder, 'device-'))
    return request(path, device, ['--password', password ?? (await createChallenge(server)), ...options])
  }

  /** One exchange for a key of its own, `key-1.pem` and so on in the folder of the device. */
  async function request(path: string, device: string, options: readonly string[]) {
    const key = join(device, `key-${readdirSync(device).filter((name) => name.startsWith('key-')).length + 1}.pem`)
    writeFileSync(key, await must(pki, ['--gen', '--type', 'rsa', '--size', '2048', '--outform', 'pem'], { env }))
    const what = ['--in', key, '--dn', 'O=Interop, CN=strongSwan device', '--san', 'device.example']
    const to = ['--cacert-enc', files.recipientDer, '--cacert-sig', files.recipientDer, '--cacert', files.caDer]
    return run(pki, ['--scep', '--url', `${server.url}${path}`, ...what, ...to, '--outform', 'pem', ...options], {
      env,
    })
  }
})
