import { afterAll, beforeAll, expect, test } from 'vitest'
import { coreApi, type SetUp, STATIC_CHALLENGE } from '../core-api.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'
import { expectVerified, writeCaFiles } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { strongswanPki } from './strongswan-pki.ts'
import { withClient } from './with-client.ts'

/** strongSwan at a service that plain curl has made: tests/e2e/core-api.sh. */
withClient(CLIENTS.strongswan, (pki) => {
  const folder = temporaryFolder()
  let server: TestServer
  let api: ReturnType<typeof coreApi>
  let made: SetUp
  beforeAll(async () => {
    server = await startServer()
    api = coreApi(server)
    made = await api.setUp()
  })
  afterAll(() => server.stop())

  const enrolAt = async (url: string, challenge: string) => {
    const path = new URL(url).pathname
    const files = await writeCaFiles(server.url, folder, path)
    const outcome = await strongswanPki(pki, { server, url: server.url, files, folder }).enrol(path, [], challenge)
    return { ...outcome, files }
  }

  const expectIssued = async ({ code, stderr, device, files }: Awaited<ReturnType<typeof enrolAt>>) => {
    expect(code, stderr).toBe(0)
    await expectVerified(device.certificate, files)
  }

  test('it enrols through both addresses, and gets a certificate of the new authority', async () => {
    for (const url of [made.SCEP_URL, made.RA_URL]) await expectIssued(await enrolAt(url, STATIC_CHALLENGE))
  })

  test('it enrols after the profile was edited without its challenge', async () => {
    await api.edit(made)
    await expectIssued(await enrolAt(made.SCEP_URL, STATIC_CHALLENGE))
  })

  test('it enrols with a challenge that the API made, at both addresses', async () => {
    const challenge = await api.challenge(made)
    for (const url of [made.SCEP_URL, made.RA_URL]) await expectIssued(await enrolAt(url, challenge))
  })

  test('it gets nothing once SCEP was switched off by a forced deletion', async () => {
    const challenge = await api.challenge(made)
    const files = await writeCaFiles(server.url, folder, new URL(made.RA_URL).pathname)
    await api.forceDelete(made)
    const client = strongswanPki(pki, { server, url: server.url, files, folder })
    for (const url of [made.SCEP_URL, made.RA_URL]) {
      expect((await client.enrol(new URL(url).pathname, [], challenge)).code).not.toBe(0)
    }
  })
})
