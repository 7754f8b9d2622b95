import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import { temporaryFolder } from '../folder.ts'
import { type CertmongerDaemon, startCertmonger } from './certmonger-daemon.ts'
import { addScepCas, certmongerDevice } from './certmonger-device.ts'
import { CLIENTS } from './client.ts'
import { URL_FORMS, withEachCa } from './installation.ts'
import { withClient } from './with-client.ts'

const SUCCESS = { messageType: '19', pkiStatus: '0', method: 'GET' }

/** The whole of certmonger: it makes the keys, keeps the certificates and decides by itself what to send. */
withClient(CLIENTS.certmongerDaemon, (certmonger) => {
  const parent = temporaryFolder()
  let daemon: CertmongerDaemon
  beforeAll(async () => {
    daemon = await startCertmonger(certmonger, parent)
  })
  afterAll(() => daemon?.stop())

  withEachCa({ compatibility: 'certmonger', renewal: 'always' }, (installation) => {
    beforeAll(() => addScepCas(daemon, installation()))

    test.each(URL_FORMS)('D-3.1.1.2-01 D-3.1.1.1-01 requests, resubmits and rekeys at %s', async (path) => {
      const device = certmongerDevice(daemon, installation(), path)
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
      const device = certmongerDevice(daemon, installation(), URL_FORMS[0])
      const { told, said } = await device.request('wrong')
      expect(await device.status(), said).toBe('CA_REJECTED')
      expect(told).toMatchObject([{ pkiStatus: '2', failInfo: '2' }])
    })
  })
})
