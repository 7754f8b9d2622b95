import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge, setCompatibility } from '../admin.ts'
import { temporaryFolder } from '../folder.ts'
import { expectVerified } from './ca-files.ts'
import { type CertmongerDaemon, startCertmonger } from './certmonger-daemon.ts'
import { addScepCas, CERTMONGER_NAME, certmongerDevice } from './certmonger-device.ts'
import { CLIENTS } from './client.ts'
import { decide } from './decide.ts'
import { URL_FORMS, withEachCa } from './installation.ts'
import { type OpensslMessage, opensslMessage, opensslPoll, openWithOpenssl } from './openssl-message.ts'
import { STRONGSWAN_NAME, type StrongswanOutcome, strongswanPki } from './strongswan-pki.ts'
import { withClient } from './with-client.ts'

const PENDING = { pkiStatus: '3', failInfo: undefined }
const SUCCESS = { pkiStatus: '0', failInfo: undefined }
const BAD_REQUEST = { pkiStatus: '2', failInfo: '2' }

/** Requests that wait until a person has decided about them, with clients that each ask again in their own way. */

const folderOfDaemon = temporaryFolder()
/** One for all CAs: it takes its time to start and to end. */
let running: CertmongerDaemon | undefined
afterAll(() => running?.stop())

withEachCa({ approval: 'required', renewal: 'always' }, (installation) => {
  withClient(CLIENTS.strongswan, (pki) => {
    const client = () => strongswanPki(pki, installation())
    /** A person decides while the client polls. */
    const meanwhile = (verb: 'approve' | 'reject', work: () => Promise<StrongswanOutcome>) =>
      installation().during(async () => {
        const [outcome] = await Promise.all([work(), decide(installation().server, verb, STRONGSWAN_NAME)])
        return outcome
      })
    const polling = ['--interval', '1', '--maxpolltime', '60']

    test.each(URL_FORMS)('S-4.4-03 enrols and renews at %s: waits, polls, and is approved', async (path) => {
      const first = await meanwhile('approve', () => client().enrol(path, polling))
      const second = await meanwhile('approve', () => client().renew(first.result.device, path, polling))
      for (const [{ result, told }, messageType] of [
        [first, '19'],
        [second, '17'],
      ] as const) {
        expect(result.code, result.stderr).toBe(0)
        await expectVerified(result.device.certificate, installation().files)
        const { transactionId } = told[0] ?? {}
        const [request, polls, last] = [told[0], told.slice(1, -1), told.at(-1)]
        expect(request).toMatchObject({ messageType, ...PENDING })
        for (const poll of polls) expect(poll).toMatchObject({ messageType: '20', ...PENDING, transactionId })
        expect(last).toMatchObject({ messageType: '20', ...SUCCESS, transactionId })
      }
    })

    test('S-4.4-03 is told that it was rejected', async () => {
      const { result, told } = await meanwhile('reject', () => client().enrol(URL_FORMS[0], polling))
      expect(result.code).toBe(1)
      expect(result.stderr).toMatch(/failInfo: +badRequest/)
      expect(told.at(-1)).toMatchObject({ messageType: '20', ...BAD_REQUEST })
    })
  })

  withClient(CLIENTS.certmongerDaemon, (certmonger) => {
    let daemon: CertmongerDaemon
    beforeAll(async () => {
      await setCompatibility(installation().server, 'certmonger')
      running ??= await startCertmonger(certmonger, folderOfDaemon)
      daemon = running
      await addScepCas(daemon, installation())
    })

    test.each(URL_FORMS)('S-5.2-01 D-2.5.1-01 asks again at %s with what it sent, and is approved', async (path) => {
      const { server, during } = installation()
      const device = certmongerDevice(daemon, installation(), path)
      const { told } = await during(async () => {
        await device.begin(await createChallenge(server))
        await device.until('CA_WORKING')
        await decide(server, 'approve', CERTMONGER_NAME)
        await device.refresh()
        await device.until('MONITORING')
      })
      await device.issued()
      const { transactionId } = told[0] ?? {}
      expect(told).toMatchObject([
        { messageType: '19', ...PENDING },
        { messageType: '19', ...SUCCESS, transactionId },
      ])
    })

    test('S-4.4-03 takes a rejection for what it is', async () => {
      const { server } = installation()
      const device = certmongerDevice(daemon, installation(), URL_FORMS[0])
      await device.begin(await createChallenge(server))
      await device.until('CA_WORKING')
      await decide(server, 'reject', CERTMONGER_NAME)
      await device.refresh()
      await device.until('CA_REJECTED')
    })
  })

  withClient(CLIENTS.openssl, () => {
    test.each(URL_FORMS)('S-4.4-03 a CertPoll of openssl at %s is answered like the request', async (path) => {
      const { server, folder, files, url, during } = installation()
      const { recipientPem: recipient } = files
      const device = mkdtempSync(join(folder, 'device-'))
      const challenge = await createChallenge(server)
      const made = await opensslMessage({ folder: device, commonName: 'openssl device', challenge, recipient })
      const send = async ({ message }: OpensslMessage) => {
        const body = Uint8Array.from(message)
        const answer = await fetch(`${url}${path}?operation=PKIOperation`, { method: 'POST', body })
        return Buffer.from(await answer.arrayBuffer())
      }
      const poll = () => opensslPoll(made, files.caPem, recipient)
      const { result, told } = await during(async () => {
        await send(made)
        await send(await poll())
        await decide(server, 'approve', 'openssl device')
        const answers: string[] = []
        for (const again of [await poll(), made]) {
          const certificate = await openWithOpenssl(again, await send(again), files.caPem)
          await expectVerified(certificate, files)
          answers.push(readFileSync(certificate, 'utf8'))
        }
        return answers
      })
      expect(told).toMatchObject([PENDING, PENDING, SUCCESS, SUCCESS])
      expect(result[1]).toBe(result[0])
    })
  })
})
