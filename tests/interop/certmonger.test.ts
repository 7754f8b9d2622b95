import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePem, encodePem } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge, setCompatibility } from '../admin.ts'
import { must, run } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'
import { type CaFiles, expectVerified, writeCaFiles } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { opensslMessage } from './openssl-message.ts'
import { withClient } from './with-client.ts'

const PATHS = [
  '/api/v1/protocols/scep/default/pkiclient.exe',
  '/api/v1/protocols/scep/raProfile/default/pkiclient.exe',
  '/scep',
] as const

/** The part of certmonger that talks to the server; it always uses GET. */
withClient(CLIENTS.certmonger, (scepSubmit) => {
  const folder = temporaryFolder()
  let server: TestServer
  let files: CaFiles

  beforeAll(async () => {
    server = await startServer()
    files = await writeCaFiles(server.url, folder)
  })
  afterAll(() => server.stop())

  test('S-3.5.1-01 reads the capabilities, with message=0', async () => {
    const caps = await must(scepSubmit, ['-u', `${server.url}${PATHS[0]}`, '-c'])
    expect(caps.toString().split('\n')).toEqual(expect.arrayContaining(['AES', 'SHA-256', 'POSTPKIOperation']))
  })

  test('S-4.2-01 reads RA and CA, with message=0 and on', async () => {
    const certificates = await must(scepSubmit, ['-u', `${server.url}${PATHS[0]}`, '-C'])
    const fetched = decodePem(certificates.toString(), 'CERTIFICATE').map((der) => encodePem('CERTIFICATE', der))
    expect(fetched).toHaveLength(2)
  })

  test.each(PATHS)('S-4.1-04 enrols by GET at %s', async (path) => {
    const { submit, device } = await prepared(await createChallenge(server))
    const { code, stdout, stderr } = await submit(path)
    expect(code, `${stdout}${stderr}`).toBe(0)
    // It checked the signature and the nonces and gives the envelope to the daemon, which has the key.
    writeFileSync(join(device, 'envelope.pem'), stdout)
    const key = ['-recip', join(device, 'signer.pem'), '-inkey', join(device, 'key.pem')]
    const opened = await must('openssl', [
      'cms',
      '-decrypt',
      '-binary',
      '-inform',
      'PEM',
      '-in',
      join(device, 'envelope.pem'),
      ...key,
    ])
    const certificate = join(device, 'cert.pem')
    writeFileSync(certificate, await must('openssl', ['pkcs7', '-inform', 'DER', '-print_certs'], { input: opened }))
    await expectVerified(certificate, files)
  })

  test('is told that it was rejected where the compatibility profile certmonger is chosen', async () => {
    await setCompatibility(server, 'certmonger')
    const { submit } = await prepared('wrong')
    const { code, stdout, stderr } = await submit(PATHS[0])
    expect(code, `${stdout}${stderr}`).toBe(2)
  })

  async function prepared(challenge: string) {
    const device = mkdtempSync(join(folder, 'device-'))
    const recipient = files.recipientPem
    const { message } = await opensslMessage({ folder: device, commonName: 'certmonger device', challenge, recipient })
    writeFileSync(join(device, 'message.pem'), encodePem('PKCS7', message))
    const submit = (path: string) =>
      run(scepSubmit, [
        '-u',
        `${server.url}${path}`,
        '-r',
        recipient,
        '-N',
        files.caPem,
        '-p',
        join(device, 'message.pem'),
      ])
    return { device, submit }
  }
})
