import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePem } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import { temporaryFolder } from '../folder.ts'
import { expectVerified } from './ca-files.ts'
import { type CertmongerDaemon, startCertmonger } from './certmonger-daemon.ts'
import { CLIENTS } from './client.ts'
import { URL_FORMS, withEachCa } from './installation.ts'
import { withClient } from './with-client.ts'

const SUBJECT = ['-N', 'CN=certmonger device,O=Interop', '-D', 'device.example']
const SUCCESS = { messageType: '19', pkiStatus: '0', method: 'GET' }

/** The whole of certmonger: it makes the keys, keeps the certificates and decides by itself what to send. */
withClient(CLIENTS.certmongerDaemon, (certmonger) => {
  const parent = temporaryFolder()
  let daemon: CertmongerDaemon
  beforeAll(async () => {
    daemon = await startCertmonger(certmonger, parent)
  })
  afterAll(() => daemon?.stop())

  withEachCa({ compatibility: 'certmonger', renewal: 'always' }, (installation, name) => {
    const caAt = (path: string) => `${name}, ${path}`
    beforeAll(async () => {
      const { url, files } = installation()
      const ra = name === 'RSA CA alone' ? [] : ['-r', files.recipientPem]
      for (const path of URL_FORMS) {
        const added = await daemon.getcert('add-scep-ca', [
          ...['-c', caAt(path), '-u', `${url}${path}`, '-N', files.caPem],
          ...ra,
        ])
        expect(added.code, `${added.stdout}${added.stderr}`).toBe(0)
      }
    })

    /** A request that certmonger keeps, with the files of a device of its own. */
    function newRequest(path: string) {
      const { folder, files, during } = installation()
      const device = mkdtempSync(join(folder, 'device-'))
      const id = device.replaceAll(/[^A-Za-z0-9]/g, '-')
      const [key, certificate] = [join(device, 'key.pem'), join(device, 'cert.pem')]
      const status = async () => {
        const { stdout } = await daemon.getcert('list', ['-i', id])
        return /status: (\S+)/.exec(stdout.toString())?.[1]
      }
      const command = async (verb: string, args: readonly string[]) => {
        const { result, told } = await during(() => daemon.getcert(verb, [...args, '-w', '-v']))
        return { told, said: `${result.stdout}${result.stderr}${daemon.log().slice(-4000)}` }
      }
      return {
        request: (challenge: string) =>
          command('request', ['-c', caAt(path), ...SUBJECT, '-k', key, '-f', certificate, '-I', id, '-L', challenge]),
        again: (verb: 'resubmit' | 'rekey') => command(verb, ['-i', id]),
        status,
        /** DER of what is in its file, which must be good. */
        async issued() {
          await expectVerified(certificate, files)
          return decodePem(readFileSync(certificate, 'utf8'), 'CERTIFICATE')[0] as Buffer
        },
      }
    }

    test.each(URL_FORMS)('D-3.1.1.2-01 D-3.1.1.1-01 requests, resubmits and rekeys at %s', async (path) => {
      const device = newRequest(path)
      const first = await device.request(await createChallenge(installation().server))
      expect(await device.status(), first.said).toBe('MONITORING')
      expect(first.told).toMatchObject([SUCCESS])
      const requested = await device.issued()

      // Same key and transactionID, signed with the certificate of the request.
      const second = await device.again('resubmit')
      expect(await device.status(), second.said).toBe('MONITORING')
      const transactionId = first.told[0]?.transactionId
      expect(second.told).toMatchObject([{ ...SUCCESS, signer: requested, transactionId }])
      const resubmitted = await device.issued()
      expect(resubmitted).not.toEqual(requested)

      const third = await device.again('rekey')
      expect(await device.status(), third.said).toBe('MONITORING')
      expect(third.told).toMatchObject([{ ...SUCCESS, signer: resubmitted }])
      expect(third.told[0]?.transactionId).not.toBe(transactionId)
      expect(await device.issued()).not.toEqual(resubmitted)
    })

    test('takes a refusal for what it is', async () => {
      const device = newRequest(URL_FORMS[0])
      const { told, said } = await device.request('wrong')
      expect(await device.status(), said).toBe('CA_REJECTED')
      expect(told).toMatchObject([{ pkiStatus: '2', failInfo: '2' }])
    })
  })
})
