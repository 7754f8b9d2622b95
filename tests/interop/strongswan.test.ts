import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
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

  async function enrol(path: string, options: readonly string[], password?: string) {
    const device = mkdtempSync(join(folder, 'device-'))
    const key = await must(pki, ['--gen', '--type', 'rsa', '--size', '2048', '--outform', 'pem'], { env })
    writeFileSync(join(device, 'key.pem'), key)
    const to = ['--cacert-enc', files.recipientDer, '--cacert-sig', files.recipientDer, '--cacert', files.caDer]
    const request = [
      '--in',
      join(device, 'key.pem'),
      '--dn',
      'O=Interop, CN=strongSwan device',
      '--san',
      'device.example',
    ]
    const challenge = ['--password', password ?? (await createChallenge(server)), '--outform', 'pem']
    return run(pki, ['--scep', '--url', `${server.url}${path}`, ...request, ...to, ...challenge, ...options], { env })
  }
})
