import { buildOcspRequest, issuerHashes, parseCertificate, parseOcspResponse, verifyCertificate } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../testing/test-app.ts'

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'

let server: TestApp
beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN })
})
afterAll(() => server.close())

async function administer(what: string, payload?: object): Promise<void> {
  const { configuration } = await server.context.snapshots.refresh()
  const { statusCode, body } = await server.app.inject({
    method: 'POST',
    url: `/api/v1/authorities/${configuration.authorities[0]?.uuid}${what}`,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(payload === undefined ? {} : { payload }),
  })
  if (statusCode >= 300) throw new Error(body)
}

/** What is said of the RA certificate of each generation, by name of the state of that. */
async function saidOf(): Promise<Record<string, string>> {
  const { issuers, raCertificates } = (await server.context.snapshots.refresh()).configuration
  const said: Record<string, string> = {}
  for (const { id, state, certificate } of issuers) {
    const ca = parseCertificate(certificate)
    const { serialNumber } = parseCertificate(
      raCertificates.find(({ issuerId }) => issuerId === id)?.certificate ?? Buffer.alloc(0),
    )
    const certId = { ...issuerHashes(ca, 'sha256'), digest: 'sha256', withNull: false, serialNumber } as const
    const answer = await server.app.inject({
      method: 'POST',
      url: '/ocsp/default',
      payload: buildOcspRequest({ certIds: [certId] }),
      headers: { 'content-type': 'application/ocsp-request' },
    })
    const response = parseOcspResponse(answer.rawPayload)
    if (response.status !== 'successful') said[state] = response.status
    else {
      const [signer] = response.basic.certificates
      if (signer === undefined || !verifyCertificate(signer, ca.publicKey)) throw new Error('signed for another CA')
      said[state] = response.basic.responses[0]?.certStatus.status ?? ''
    }
  }
  return said
}

test('each generation is answered for at one address, by a signer of its own, before it is current and once it is retired', async () => {
  await administer('/next', {})
  expect(await saidOf()).toEqual({ current: 'good', next: 'tryLater' })
  await server.runJobs()
  expect(await saidOf()).toEqual({ current: 'good', next: 'good' })
  await administer('/next/activate')
  expect(await saidOf()).toEqual({ retired: 'good', current: 'good' })
  server.clock.now = new Date(server.clock.now.getTime() + 20 * 86_400_000)
  await server.runJobs()
  expect(await saidOf(), 'with signers that were renewed').toEqual({ retired: 'good', current: 'good' })
})
