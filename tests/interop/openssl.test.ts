import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import { must } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { rawRequest, request } from '../raw-http.ts'
import { startServer, type TestServer } from '../server.ts'
import { type CaFiles, expectVerified, writeCaFiles } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { opensslMessage, openWithOpenssl } from './openssl-message.ts'
import { withClient } from './with-client.ts'

withClient(CLIENTS.openssl, () => {
  const folder = temporaryFolder()
  let server: TestServer
  let files: CaFiles

  beforeAll(async () => {
    server = await startServer()
    files = await writeCaFiles(server.url, folder)
  })
  afterAll(() => server.stop())

  const make = async (commonName: string, cipher?: string) =>
    opensslMessage({
      folder: mkdtempSync(join(folder, 'device-')),
      commonName,
      challenge: await createChallenge(server),
      recipient: files.recipientPem,
      ...(cipher === undefined ? {} : { cipher }),
    })

  const send = (target: string, message: Buffer, version: '1.0' | '1.1') =>
    rawRequest(server.url, request('POST', `${target}?operation=PKIOperation`, ['Connection: close'], message, version))

  test.each([
    ['/api/v1/protocols/scep/default/pkiclient.exe', '1.1'],
    ['/api/v1/protocols/scep/default', '1.1'],
    ['/api/v1/protocols/scep/default/anything/at/all', '1.1'],
    ['/api/v1/protocols/scep/raProfile/default/pkiclient.exe', '1.1'],
    ['/api/v1/protocols/scep/raProfile/default', '1.0'],
    ['/scep', '1.0'],
    ['/scep/', '1.1'],
    ['/scep/pkiclient.exe', '1.0'],
    ['/scep/default/pkiclient.exe', '1.1'],
    ['/scep/nobody-has-this-name', '1.1'],
    ['/cgi-bin/pkiclient.exe', '1.0'],
    ['/certsrv/mscep/mscep.dll', '1.1'],
    ['/certsrv/mscep/mscep.dll/pkiclient.exe', '1.0'],
  ] as const)('S-4.1-10 a message made by openssl enrols at %s over HTTP/%s', async (target, version) => {
    const made = await make('openssl device')
    const answer = await send(target, made.message, version)
    expect(answer.status, answer.body.toString('latin1', 0, 200)).toBe(200)
    const certificate = await openWithOpenssl(made, answer.body, files.caPem)
    await expectVerified(certificate, files)
    const subject = await must('openssl', ['x509', '-in', certificate, '-noout', '-subject', '-nameopt', 'RFC2253'])
    expect(subject.toString().trim()).toBe('subject=CN=openssl device,O=Interop')
  })

  test.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'])('S-3.5.2-05 with %s', async (cipher) => {
    const made = await make('openssl device', cipher)
    const answer = await send('/scep', made.message, '1.1')
    await expectVerified(await openWithOpenssl(made, answer.body, files.caPem), files)
  })

  test('S-5.2-02 the same message again gets the same certificate', async () => {
    const made = await make('openssl device')
    const read = async () => {
      const answer = await send('/scep', made.message, '1.1')
      const certificate = await openWithOpenssl(made, answer.body, files.caPem)
      return must('openssl', ['x509', '-in', certificate, '-outform', 'DER'])
    }
    expect(await read()).toEqual(await read())
  })
})
