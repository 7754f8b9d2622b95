import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { inspectMessage } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import { must, run } from '../command.ts'
import { PROFILE_PATH } from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'
import { type CaFiles, writeCaFiles } from './ca-files.ts'
import { CLIENTS, type ForeignClient } from './client.ts'
import { withClient } from './with-client.ts'

/** Messages of real clients, taken between them and the server, are recognised and judged. */

interface Recorder {
  readonly url: string
  /** Requests as they came: the body of a POST, the URL of a GET. */
  readonly seen: Buffer[]
  close(): void
}

/** Stands before the server and keeps what passes. */
async function startRecorder(upstream: string): Promise<Recorder> {
  const seen: Buffer[] = []
  const recorder: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    if (request.url?.includes('PKIOperation')) seen.push(body.length > 0 ? body : Buffer.from(request.url))
    const answer = await fetch(`${upstream}${request.url}`, {
      method: request.method ?? 'GET',
      ...(body.length > 0 && { body: Uint8Array.from(body) }),
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((ready) => recorder.listen(0, '127.0.0.1', ready))
  const { port } = recorder.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, seen, close: () => recorder.close() }
}

interface Setting {
  readonly folder: string
  readonly server: TestServer
  readonly recorder: Recorder
  readonly files: CaFiles
}

function withRecorder(client: ForeignClient, claims: (command: string, setting: () => Setting) => void): void {
  withClient(client, (command) => {
    const folder = temporaryFolder()
    let setting: Setting
    beforeAll(async () => {
      const server = await startServer()
      const recorder = await startRecorder(server.url)
      setting = { folder, server, recorder, files: await writeCaFiles(server.url, folder) }
    })
    afterAll(async () => {
      setting.recorder.close()
      await setting.server.stop()
    })
    claims(command, () => setting)
  })
}

const inspectFirst = async ({ recorder }: Setting) =>
  inspectMessage(recorder.seen[0] ?? Buffer.alloc(0), { now: new Date(), profiles: ['default', 'legacy'] })

withRecorder(CLIENTS.strongswan, (pki, setting) => {
  test('a request of strongSwan is recognised, breaks nothing and would be answered', async () => {
    const { folder, server, recorder, files } = setting()
    const [key, conf] = [join(folder, 'key.pem'), join(folder, 'strongswan.conf')]
    await must('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', key])
    writeFileSync(
      conf,
      'pki { load = curl random nonce pem pkcs1 pkcs7 pkcs8 x509 pubkey revocation constraints gmp hmac sha1 sha2 md5 mgf1 aes openssl }\n',
    )
    const challenge = await createChallenge(server, {})
    const trust = ['--cacert-enc', files.recipientDer, '--cacert-sig', files.recipientDer, '--cacert', files.caDer]
    const what = [
      '--scep',
      '--url',
      `${recorder.url}${PROFILE_PATH}`,
      '--in',
      key,
      '--dn',
      'CN=x',
      '--password',
      challenge,
    ]
    await must(pki, [...what, ...trust, '--cipher', 'aes', '--digest', 'sha256', '--outform', 'pem'], {
      env: { PATH: process.env.PATH ?? '', STRONGSWAN_CONF: conf },
    })
    const { looksLike, findings, verdicts } = await inspectFirst(setting())
    expect(looksLike.map(({ name }) => name)).toContain('strongSwan pki')
    expect(findings.filter(({ level }) => level === 'broken')).toEqual([])
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['would be answered', 'would be answered'])
  })
})

withRecorder(CLIENTS.micromdm, (scepclient, setting) => {
  test('a request of scepclient is recognised, and single DES is named as what default refuses', async () => {
    const { folder, recorder } = setting()
    const files = ['-private-key', join(folder, 'k.pem'), '-certificate', join(folder, 'c.pem')]
    await run(scepclient, ['-server-url', `${recorder.url}${PROFILE_PATH}`, '-challenge', 'x', ...files, '-cn', 'x'])
    const { looksLike, findings, verdicts } = await inspectFirst(setting())
    expect(looksLike.map(({ name }) => name)).toEqual(["micromdm's scepclient"])
    expect(findings.map(({ clause }) => clause)).toContain('S-2.9-03')
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['refused', 'would be answered'])
  })
})
