import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowRenewalAlways, createChallenge } from '../admin.ts'
import { chancery } from '../cli.ts'
import { run } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'
import { type CaFiles, expectVerified, writeCaFiles } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { withClient } from './with-client.ts'

/** The client encrypts with single DES and has no option for anything else. */
withClient(CLIENTS.micromdm, (scepclient) => {
  const folder = temporaryFolder()
  let server: TestServer
  let files: CaFiles

  beforeAll(async () => {
    server = await startServer()
    files = await writeCaFiles(server.url, folder)
  })
  afterAll(() => server.stop())

  /** A fresh folder each time: the client uses its old request again where it finds one. */
  async function enrol(path: string, device = mkdtempSync(join(folder, 'device-'))) {
    const certificate = join(device, 'cert.pem')
    const outcome = await run(
      scepclient,
      [
        ...['-server-url', `${server.url}${path}`, '-challenge', await createChallenge(server)],
        ...['-private-key', join(device, 'key.pem'), '-certificate', certificate],
        ...['-cn', 'micromdm device', '-organization', 'Interop', '-country', 'CZ', '-debug'],
      ],
      { cwd: device },
    )
    return { ...outcome, device, certificate, said: `${outcome.stdout}${outcome.stderr}` }
  }

  test('S-2.9-03 is refused with a signed badAlg as long as single DES is off', async () => {
    const { code, said } = await enrol('/scep')
    expect(code, said).toBe(1)
    expect(said).toContain('failInfo: badAlg (0)')
  })

  describe('with the legacy switches on', () => {
    beforeAll(async () => {
      const outcome = await chancery(server.dataDir, ['profile', 'set', '--compatibility', 'legacy'])
      expect(outcome.code, outcome.stderr).toBe(0)
    })

    test.each([
      '/scep',
      '/api/v1/protocols/scep/default/pkiclient.exe',
      '/api/v1/protocols/scep/raProfile/default/pkiclient.exe',
    ])('enrols at %s', async (path) => {
      const { code, said, certificate } = await enrol(path)
      expect(code, said).toBe(0)
      expect(said).toContain('pkiStatus=SUCCESS')
      await expectVerified(certificate, files)
    })

    test('S-2.3-10 S-2.5-01 renews when it is called again: RenewalReq with the same key and transactionID', async () => {
      await allowRenewalAlways(server)
      const first = await enrol('/scep')
      expect(first.code, first.said).toBe(0)
      const before = readFileSync(first.certificate, 'utf8')
      const { code, said, certificate } = await enrol('/scep', first.device)
      expect(code, said).toBe(0)
      expect(readFileSync(certificate, 'utf8')).not.toBe(before)
      await expectVerified(certificate, files)
    })

    test('S-3.5.2-07 single DES is not advertised', async () => {
      const caps = await (await fetch(`${server.url}/scep?operation=GetCACaps`)).text()
      expect(caps.split('\n')).not.toContain('DES')
    })
  })
})
