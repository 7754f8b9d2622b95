import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { temporaryFolder } from '../folder.ts'
import { ADMINISTERED, call, serveThrough, shownFingerprint, THROUGH_PATH, type Through } from '../through-upstream.ts'
import { type UnsteadyProxy, unsteadyProxy } from '../unsteady-proxy.ts'
import { type CaFiles, expectVerified, writeCaFiles } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { type Scepserver, startScepserver } from './scepserver.ts'
import { strongswanPki } from './strongswan-pki.ts'
import { withClient } from './with-client.ts'

/** @throws when it takes too long */
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo(); await sleep(20)) {
    if (Date.now() > end) throw new Error('it did not come to that')
  }
}

const CHALLENGE = 'a challenge of both'

/** strongSwan, whose server has its certificates from micromdm's. */
withClient(CLIENTS.scepserver, (scepserver) => {
  withClient(CLIENTS.strongswan, (pki) => {
    const folder = temporaryFolder()
    let upstream: Scepserver
    let proxy: UnsteadyProxy
    let server: TestApp
    let files: CaFiles
    let url: string
    let through: Through
    beforeAll(async () => {
      upstream = await startScepserver(scepserver, folder, { challenge: CHALLENGE })
      proxy = await unsteadyProxy(() => new URL(upstream.url).origin)
      server = await testApp(ADMINISTERED)
      through = await serveThrough(server, {
        settings: {
          url: `${proxy.url}/scep`,
          caFingerprint: await shownFingerprint(upstream.url),
          legacyAlgorithms: true,
          timeoutSeconds: 5,
          raChallenge: CHALLENGE,
        },
        challenge: CHALLENGE,
        allowPolling: true,
      })
      url = await server.app.listen({ port: 0, host: '127.0.0.1' })
      files = await writeCaFiles(url, folder, THROUGH_PATH, { ignoreKeyUsage: true })
    })
    afterAll(async () => {
      await server?.close()
      await proxy?.close()
      await upstream?.stop()
    })
    const client = () => strongswanPki(pki, { url, files, folder })
    const polling = ['--interval', '1', '--maxpolltime', '60']

    test('enrols through it, at once', async () => {
      const { code, stderr, device } = await client().enrol(THROUGH_PATH, [], CHALLENGE)
      expect(code, stderr).toBe(0)
      await expectVerified(device.certificate, files)
    })

    test('answers PENDING while it hangs, and a poll brings the certificate that it issued meanwhile', async () => {
      proxy.weather = 'hanging'
      const before = proxy.messages.length
      const enrolling = client().enrol(THROUGH_PATH, polling, CHALLENGE)
      await until(() => server.lines.some(({ outcome }) => outcome === 'pending'))
      proxy.clearUp()
      const { code, stderr, device } = await enrolling
      expect(code, stderr).toBe(0)
      await expectVerified(device.certificate, files)
      expect(proxy.messages.length).toBe(before + 1)
    })

    test('answers PENDING while it is down, and gets the certificate once it was started again', async () => {
      proxy.weather = 'down'
      const before = server.lines.length
      const enrolling = client().enrol(THROUGH_PATH, polling, CHALLENGE)
      await until(() => server.lines.slice(before).some(({ outcome }) => outcome === 'pending'))
      await upstream.restart()
      proxy.clearUp()
      const { code, stderr, device } = await enrolling
      expect(code, stderr).toBe(0)
      await expectVerified(device.certificate, files)
    })

    test('is told what the other server refuses', async () => {
      const challengePassword = 'not the challenge there'
      await call(server, 'PUT', `/v1/scepProfiles/${through.scepProfileUuid}`, { challengePassword })
      const { code, stderr } = await client().enrol(THROUGH_PATH, polling, challengePassword)
      expect(code).toBe(1)
      expect(stderr).toMatch(/failInfo: +badRequest/)
      expect(server.lines).toContainEqual(expect.objectContaining({ reason: 'authority_refused' }))
    })
  })
})
