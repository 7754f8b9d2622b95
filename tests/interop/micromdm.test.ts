import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { setCompatibility } from '../admin.ts'
import { expectVerified } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { URL_FORMS, withEachCa } from './installation.ts'
import { scepclient } from './scepclient.ts'
import { withClient } from './with-client.ts'

/** The client encrypts with single DES and has no option for anything else. */
withClient(CLIENTS.micromdm, (command) => {
  withEachCa({ compatibility: 'legacy', renewal: 'always' }, (installation) => {
    test.each([...URL_FORMS, '/scep'])(
      'S-2.3-10 S-2.5-01 at %s enrols, and renews when called again: RenewalReq with the same key and transactionID',
      async (path) => {
        const { during, files } = installation()
        const first = await during(() => scepclient(command, installation(), path))
        expect(first.result.code, first.result.said).toBe(0)
        expect(first.result.said).toContain('pkiStatus=SUCCESS')
        expect(first.told).toMatchObject([{ messageType: '19', pkiStatus: '0' }])
        await expectVerified(first.result.certificate, files)
        const before = readFileSync(first.result.certificate, 'utf8')

        const second = await during(() => scepclient(command, installation(), path, { device: first.result.device }))
        expect(second.result.code, second.result.said).toBe(0)
        const { transactionId } = first.told[0] ?? {}
        expect(second.told).toMatchObject([{ messageType: '17', pkiStatus: '0', transactionId }])
        expect(readFileSync(second.result.certificate, 'utf8')).not.toBe(before)
        await expectVerified(second.result.certificate, files)
      },
    )

    test('S-2.9-03 is refused with a signed badAlg while single DES is off', async () => {
      await setCompatibility(installation().server, 'default')
      const { code, said } = await scepclient(command, installation(), URL_FORMS[0])
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
