import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { inspectMessage } from '@chancery/scep'
import { expect, test } from 'vitest'
import { run } from '../command.ts'
import { CLIENTS } from './client.ts'
import { type Installation, URL_FORMS, withCa } from './installation.ts'
import { strongswanPki } from './strongswan-pki.ts'
import { withClient } from './with-client.ts'

/** Messages of real clients, taken between them and the server, are recognised and judged. */

const inspectLast = ({ exchanges }: Installation) => {
  const { body = Buffer.alloc(0) } = exchanges.findLast(({ method }) => method === 'POST') ?? {}
  return inspectMessage(body, { now: new Date(), profiles: ['default', 'legacy'] })
}

withCa('RSA CA with RSA RA', {}, (installation) => {
  withClient(CLIENTS.strongswan, (pki) => {
    test('a request of strongSwan is recognised, breaks nothing and would be answered', async () => {
      const { code, stderr } = await strongswanPki(pki, installation()).enrol(URL_FORMS[0])
      expect(code, stderr).toBe(0)
      const { looksLike, findings, verdicts } = await inspectLast(installation())
      expect(looksLike.map(({ name }) => name)).toContain('strongSwan pki')
      expect(findings.filter(({ level }) => level === 'broken')).toEqual([])
      expect(verdicts.map(({ outcome }) => outcome)).toEqual(['would be answered', 'would be answered'])
    })
  })

  withClient(CLIENTS.micromdm, (scepclient) => {
    test('a request of scepclient is recognised, and single DES is named as what default refuses', async () => {
      const { url, folder } = installation()
      const device = mkdtempSync(join(folder, 'device-'))
      const files = ['-private-key', join(device, 'k.pem'), '-certificate', join(device, 'c.pem')]
      await run(scepclient, ['-server-url', `${url}${URL_FORMS[0]}`, '-challenge', 'x', ...files, '-cn', 'x'])
      const { looksLike, findings, verdicts } = await inspectLast(installation())
      expect(looksLike.map(({ name }) => name)).toEqual(["micromdm's scepclient"])
      expect(findings.map(({ clause }) => clause)).toContain('S-2.9-03')
      expect(verdicts.map(({ outcome }) => outcome)).toEqual(['refused', 'would be answered'])
    })
  })
})
