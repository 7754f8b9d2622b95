import { expect, test } from 'vitest'
import { expectVerified } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { decide } from './decide.ts'
import { URL_FORMS, withEachCa } from './installation.ts'
import { scepclient } from './scepclient.ts'
import { withClient } from './with-client.ts'

/** While its request waits the client sleeps for thirty seconds, and then sends the same bytes again. */
withClient(CLIENTS.micromdm, (command) => {
  withEachCa({ compatibility: 'legacy', approval: 'required', atOnce: true }, (installation) => {
    test.each(URL_FORMS)('S-5.2-01 S-5.2-02 D-2.5.1-01 at %s sends its request again and is approved', async (path) => {
      const { server, files, exchanges } = installation()
      const commonName = `waiting ${URL_FORMS.indexOf(path)}`
      const [{ code, said, certificate }] = await Promise.all([
        scepclient(command, installation(), path, { commonName }),
        decide(server, 'approve', commonName),
      ])
      expect(code, said).toBe(0)
      expect(said).toContain('pkiStatus=PENDING')
      await expectVerified(certificate, files)
      const sent = exchanges.filter(({ method, target }) => method === 'POST' && target.startsWith(path))
      expect(sent.length).toBeGreaterThan(1)
      for (const { body } of sent) expect(body).toEqual(sent[0]?.body)
    })
  })
})
