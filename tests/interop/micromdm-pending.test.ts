import { expect, test } from 'vitest'
import { expectVerified } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { decide } from './decide.ts'
import { URL_FORMS, withEachCa } from './installation.ts'
import { scepclient } from './scepclient.ts'
import { withClient } from './with-client.ts'

/** While its request waits the client sleeps for thirty seconds, and then sends the same bytes again: all of them at once. */
withClient(CLIENTS.micromdm, (command) => {
  withEachCa({ compatibility: 'legacy', approval: 'required', atOnce: true }, (installation) => {
    test('S-5.2-01 S-5.2-02 D-2.5.1-01 sends its request again, at both addresses, and is approved', async () => {
      const { server, files, exchanges } = installation()
      const wait = async (path: string, index: number) => {
        const commonName = `waiting ${index}`
        const waiting = scepclient(command, installation(), path, { commonName })
        await decide(server, 'approve', commonName)
        const { code, said, certificate } = await waiting
        expect(code, said).toBe(0)
        expect(said).toContain('pkiStatus=PENDING')
        await expectVerified(certificate, files)
        const sent = exchanges.filter(({ method, target }) => method === 'POST' && target.startsWith(path))
        expect(sent.length).toBeGreaterThan(1)
        for (const { body } of sent) expect(body).toEqual(sent[0]?.body)
      }
      await Promise.all(URL_FORMS.map(wait))
    })
  })
})
