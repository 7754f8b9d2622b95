import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { der, parseCertificate } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import { must } from '../command.ts'
import { post } from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'
import { type CaFiles, writeCaFiles } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { opensslMessage, openWithOpenssl, readWithOpenssl, sealWithOpenssl } from './openssl-message.ts'
import { withClient } from './with-client.ts'

/** GetCert and GetCRL by a self-signed signer, sealed and read by the openssl command alone. */

withClient(CLIENTS.openssl, () => {
  const folder = temporaryFolder()
  let server: TestServer
  let files: CaFiles
  let enrolled: Awaited<ReturnType<typeof opensslMessage>>
  let certificate: Buffer

  beforeAll(async () => {
    server = await startServer()
    files = await writeCaFiles(server.url, folder)
    enrolled = await opensslMessage({
      folder: mkdtempSync(join(folder, 'device-')),
      commonName: 'asker',
      challenge: await createChallenge(server),
      recipient: files.recipientPem,
    })
    const path = await openWithOpenssl(enrolled, await post(server.url, enrolled.message), files.caPem)
    certificate = await must('openssl', ['x509', '-in', path, '-outform', 'DER'])
  })
  afterAll(() => server.stop())

  async function ask(messageType: '21' | '22'): Promise<Buffer> {
    const { issuer, serialNumber } = parseCertificate(certificate)
    writeFileSync(join(enrolled.folder, 'question.der'), der.sequence(issuer.der, der.integer(serialNumber)))
    const content = { folder: enrolled.folder, name: 'question.der', messageType, recipient: files.recipientPem }
    return post(server.url, (await sealWithOpenssl(content)).message)
  }

  test('S-4.5-02 S-2.3-17 openssl asks for its certificate and gets that one', async () => {
    const path = await openWithOpenssl(enrolled, await ask('21'), files.caPem)
    expect(await must('openssl', ['x509', '-in', path, '-outform', 'DER'])).toEqual(certificate)
    expect(readFileSync(path, 'latin1').match(/BEGIN CERTIFICATE/g)).toHaveLength(1)
  })

  test('S-4.6-01 openssl asks for the CRL, verifies it, and it is the one that is published', async () => {
    const printed = (await readWithOpenssl(enrolled, await ask('22'), files.caPem)).toString()
    expect(printed).not.toContain('BEGIN CERTIFICATE')
    const [pem] = /-----BEGIN X509 CRL-----[\s\S]*-----END X509 CRL-----\n/.exec(printed) ?? []
    writeFileSync(join(folder, 'crl.pem'), pem ?? '')
    const crl = await must('openssl', [
      'crl',
      '-in',
      join(folder, 'crl.pem'),
      '-CAfile',
      files.caPem,
      '-outform',
      'DER',
    ])
    const published = await fetch(`${server.url}/pki/default/1.crl`)
    expect(crl).toEqual(Buffer.from(await published.arrayBuffer()))
  })
})
