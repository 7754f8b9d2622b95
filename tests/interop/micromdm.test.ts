import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createChallenge, setCompatibility } from '../admin.ts'
import { run } from '../command.ts'
import { expectVerified } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { type Installation, URL_FORMS, withEachCa } from './installation.ts'
import { withClient } from './with-client.ts'

/** The client encrypts with single DES and has no option for anything else. */
withClient(CLIENTS.micromdm, (scepclient) => {
  /** A fresh folder each time: the client uses its old request again where it finds one. */
  async function enrol({ url, server, folder, files }: Installation, path: string, into?: string) {
    const device = into ?? mkdtempSync(join(folder, 'device-'))
    const certificate = join(device, 'cert.pem')
    // Without it the client encrypts to every certificate of GetCACert, and fails over an EC one.
    const recipient = createHash('sha256').update(readFileSync(files.recipientDer)).digest('hex')
    const outcome = await run(
      scepclient,
      [
        ...['-server-url', `${url}${path}`, '-challenge', await createChallenge(server)],
        ...['-private-key', join(device, 'key.pem'), '-certificate', certificate, '-ca-fingerprint', recipient],
        ...['-cn', 'micromdm device', '-organization', 'Interop', '-country', 'CZ', '-debug'],
      ],
      { cwd: device },
    )
    return { ...outcome, device, certificate, said: `${outcome.stdout}${outcome.stderr}` }
  }

  withEachCa({ compatibility: 'legacy', renewal: 'always' }, (installation) => {
    test.each([...URL_FORMS, '/scep'])(
      'S-2.3-10 S-2.5-01 at %s enrols, and renews when called again: RenewalReq with the same key and transactionID',
      async (path) => {
        const { during, files } = installation()
        const first = await during(() => enrol(installation(), path))
        expect(first.result.code, first.result.said).toBe(0)
        expect(first.result.said).toContain('pkiStatus=SUCCESS')
        expect(first.told).toMatchObject([{ messageType: '19', pkiStatus: '0' }])
        await expectVerified(first.result.certificate, files)
        const before = readFileSync(first.result.certificate, 'utf8')

        const second = await during(() => enrol(installation(), path, first.result.device))
        expect(second.result.code, second.result.said).toBe(0)
        const { transactionId } = first.told[0] ?? {}
        expect(second.told).toMatchObject([{ messageType: '17', pkiStatus: '0', transactionId }])
        expect(readFileSync(second.result.certificate, 'utf8')).not.toBe(before)
        await expectVerified(second.result.certificate, files)
      },
    )

    test('S-2.9-03 is refused with a signed badAlg while single DES is off', async () => {
      await setCompatibility(installation().server, 'default')
      const { code, said } = await enrol(installation(), URL_FORMS[0])
      await setCompatibility(installation().server, 'legacy')
      expect(code, said).toBe(1)
      expect(said).toContain('failInfo: badAlg (0)')
    })

    test('S-3.5.2-07 single DES is not advertised', async () => {
      const caps = await (await fetch(`${installation().url}/scep?operation=GetCACaps`)).text()
      expect(caps.split('\n')).not.toContain('DES')
    })
  })
})
