import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { must } from '../command.ts'
import { expectVerified } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { URL_FORMS, withEachCa } from './installation.ts'
import { type StrongswanOutcome, strongswanPki } from './strongswan-pki.ts'
import { withClient } from './with-client.ts'

/** All that is advertised and that the client has, each at least once. */
const ALGORITHMS = [
  ['aes', 'sha256'],
  ['aes', 'sha1'],
  ['aes', 'sha384'],
  ['aes', 'sha512'],
  ['des3', 'sha256'],
] as const

const PSS = '1.2.840.113549.1.1.10'

withClient(CLIENTS.strongswan, (pki) => {
  withEachCa({ renewal: 'always' }, (installation, name) => {
    const client = () => strongswanPki(pki, installation())
    const expectIssued = async ({ code, stderr, device }: StrongswanOutcome) => {
      expect(code, stderr).toBe(0)
      expect(stderr).toContain('Issued certificate is trusted')
      await expectVerified(device.certificate, installation().files)
    }

    test('reads from GetCACert the CA, and the RA where there is one', async () => {
      const { files, folder } = installation()
      const [ca, ra] = [join(folder, 'scepca-ca.der'), join(folder, 'scepca-ra.der')]
      const { code, stderr } = await client().getCaCertificates(URL_FORMS[0], ca, ra)
      expect(code, stderr).toBe(0)
      expect(readFileSync(ca)).toEqual(readFileSync(files.caDer))
      if (name === 'RSA CA alone') expect(existsSync(ra)).toBe(false)
      else expect(readFileSync(ra)).toEqual(readFileSync(files.recipientDer))
    })

    for (const path of URL_FORMS) {
      test.each(path === URL_FORMS[0] ? ALGORITHMS : ALGORITHMS.slice(0, 1))(
        `S-3.5.2-05 enrols with %s and %s at ${path}`,
        async (cipher, digest) => {
          await expectIssued(await client().enrol(path, ['--cipher', cipher, '--digest', digest]))
        },
      )

      test(`S-2.3-10 S-2.5-01 renews at ${path} with a new key and RenewalReq, without a challenge`, async () => {
        const first = await client().enrol(path)
        await expectIssued(first)
        const { result: second, told } = await installation().during(() => client().renew(first.device, path))
        await expectIssued(second)
        expect(told).toMatchObject([{ messageType: '17', pkiStatus: '0' }])
        const key = (file: string) => must('openssl', ['x509', '-in', file, '-noout', '-pubkey'])
        expect(await key(second.device.certificate)).not.toEqual(await key(first.device.certificate))
      })

      test(`C-AL-05 enrols and renews at ${path} with RSA-PSS in request, certificate and message`, async () => {
        const pss = ['--rsa-padding', 'pss']
        const { told } = await installation().during(async () => {
          const first = await client().enrol(path, pss)
          await expectIssued(first)
          await expectIssued(await client().renew(first.device, path, pss))
        })
        expect(told).toMatchObject([
          { messageType: '19', signature: PSS },
          { messageType: '17', signature: PSS },
        ])
      })
    }

    test('S-2.4-03 with a wrong challenge is told badRequest', async () => {
      const { result, told } = await installation().during(() => client().enrol(URL_FORMS[0], [], 'wrong'))
      expect(result.code).toBe(1)
      expect(result.stderr).toMatch(/failInfo: +badRequest/)
      expect(told).toMatchObject([{ pkiStatus: '2', failInfo: '2' }])
    })
  })
})
