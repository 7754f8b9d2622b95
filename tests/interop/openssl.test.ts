import { createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import { must } from '../command.ts'
import { rawRequest, request } from '../raw-http.ts'
import { expectVerified } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { URL_FORMS, withEachCa } from './installation.ts'
import { type OpensslMessage, type OpensslMessageOptions, opensslMessage, openWithOpenssl } from './openssl-message.ts'
import { withClient } from './with-client.ts'

/** Every way to write an address of the default profile. */
const ADDRESSES = [
  ['/api/v1/protocols/scep/default', '1.1'],
  ['/api/v1/protocols/scep/default/anything/at/all', '1.1'],
  ['/api/v1/protocols/scep/raProfile/default', '1.0'],
  ['/scep', '1.0'],
  ['/scep/', '1.1'],
  ['/scep/pkiclient.exe', '1.0'],
  ['/scep/default/pkiclient.exe', '1.1'],
  ['/scep/nobody-has-this-name', '1.1'],
  ['/cgi-bin/pkiclient.exe', '1.0'],
  ['/certsrv/mscep/mscep.dll', '1.1'],
  ['/certsrv/mscep/mscep.dll/pkiclient.exe', '1.0'],
] as const

const ALGORITHMS = [
  ['aes-128-cbc', 'sha256'],
  ['aes-192-cbc', 'sha384'],
  ['aes-256-cbc', 'sha512'],
  ['des-ede3-cbc', 'sha1'],
] as const

withClient(CLIENTS.openssl, () => {
  withEachCa({ renewal: 'always' }, (installation, name) => {
    const make = async (options: Partial<OpensslMessageOptions> = {}) => {
      const { server, folder, files } = installation()
      return opensslMessage({
        folder: mkdtempSync(join(folder, 'device-')),
        commonName: 'openssl device',
        recipient: files.recipientPem,
        ...(options.signer === undefined ? { challenge: await createChallenge(server) } : {}),
        ...options,
      })
    }
    const post = (target: string, message: Buffer, version: '1.0' | '1.1' = '1.1') =>
      rawRequest(
        installation().server.url,
        request('POST', `${target}?operation=PKIOperation`, ['Connection: close'], message, version),
      )
    /** The certificate of a reply, in a file; it must be good. */
    const open = async (made: OpensslMessage, answer: Awaited<ReturnType<typeof post>>) => {
      expect(answer.status, answer.body.toString('latin1', 0, 200)).toBe(200)
      const certificate = await openWithOpenssl(made, answer.body, installation().files.caPem)
      await expectVerified(certificate, installation().files)
      return certificate
    }

    for (const path of URL_FORMS)
      test.each(path === URL_FORMS[0] ? ALGORITHMS : ALGORITHMS.slice(0, 1))(
        `S-3.5.2-05 S-4.1-10 enrols with %s and %s at ${path}`,
        async (cipher, digest) => {
          const made = await make({ cipher, digest })
          const certificate = await open(made, await post(path, made.message))
          const subject = await must('openssl', [
            'x509',
            '-in',
            certificate,
            '-noout',
            '-subject',
            '-nameopt',
            'RFC2253',
          ])
          expect(subject.toString().trim()).toBe('subject=CN=openssl device,O=Interop')
        },
      )

    test.each(URL_FORMS)('S-2.3-10 D-3.1.1.2-01 renews by RenewalReq, and by PKCSReq, at %s', async (path) => {
      const first = await make()
      let signer = {
        certificate: await open(first, await post(path, first.message)),
        key: join(first.folder, 'key.pem'),
      }
      for (const messageType of ['17', '19']) {
        const made = await make({ messageType, signer })
        signer = { certificate: await open(made, await post(path, made.message)), key: join(made.folder, 'key.pem') }
      }
    })

    // An RA certificate decides nothing here: once is enough.
    if (name === 'RSA CA with RSA RA')
      test.each(ADDRESSES)('S-4.1-10 enrols at %s over HTTP/%s', async (target, version) => {
        const made = await make()
        await open(made, await post(target, made.message, version))
      })

    test('S-5.2-02 the same message again gets the same certificate', async () => {
      const made = await make()
      const read = async () => {
        const certificate = await open(made, await post('/scep', made.message))
        return must('openssl', ['x509', '-in', certificate, '-outform', 'DER'])
      }
      expect(await read()).toEqual(await read())
    })

    test('S-4.1-07 C-ID-07 enrols as sscep does: GET in wrapped base64, an odd serial number', async () => {
      const transactionId = createHash('md5').update('a key').digest('hex').toUpperCase()
      const serial = Buffer.concat([Buffer.from(transactionId.slice(0, 31), 'latin1'), Buffer.alloc(1)])
      const made = await make({ transactionId, serial, cipher: 'des-ede3-cbc', digest: 'sha512' })
      const wrapped = (made.message.toString('base64').match(/.{1,64}/g) ?? []).map((line) => `${line}\n`).join('')
      const target = `/scep?operation=PKIOperation&message=${encodeURIComponent(wrapped)}`
      await open(made, await rawRequest(installation().server.url, request('GET', target, ['Connection: close'])))
    })
  })
})
