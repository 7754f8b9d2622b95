import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newIntuneDevice } from './device/device.ts'
import { type IntuneEmulator, startIntuneEmulator } from './emulator.ts'

let emulator: IntuneEmulator
beforeEach(async () => {
  emulator = await startIntuneEmulator()
})
afterEach(() => emulator.stop())

async function token(scope: string): Promise<string> {
  const { app, secret } = emulator
  const answer = await fetch(`${emulator.authorityUrl}${app.tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: app.clientId,
      client_secret: secret,
      scope,
      grant_type: 'client_credentials',
    }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

test('a request is validated and its certificate notified', async () => {
  const graph = await token(`${emulator.graphUrl}.default`)
  const found = await fetch(
    `${emulator.graphUrl}v1.0/servicePrincipals/appId=0000000a-0000-0000-c000-000000000000/endpoints`,
    {
      headers: { authorization: `Bearer ${graph}` },
    },
  )
  const { value } = (await found.json()) as { value: { providerName: string; uri: string }[] }
  const uri = value.find(({ providerName }) => providerName === 'ScepRequestValidationFEService')?.uri
  const intune = await token(`${emulator.resourceUrl}/.default`)
  const challenge = emulator.issueChallenge({
    san: ['DNS:a.example', 'UPN:a@example.com', 'URI:tag:microsoft.com,2022-09-14:sid:S-1', 'IP:10.0.0.1'],
  })
  const device = await newIntuneDevice(emulator.challenge(challenge))
  const act = async (action: string, body: object) => {
    const answer = await fetch(`${uri}/ScepActions/${action}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${intune}`,
        'content-type': 'application/json; charset=utf-8',
        'client-request-id': randomUUID(),
        'api-version': '2018-02-20',
      },
      body: JSON.stringify(body),
    })
    return answer.json()
  }
  const request = { transactionId: 't', certificateRequest: device.csr.toString('base64'), callerInfo: 'x' }
  expect(await act('validateRequest', { request })).toMatchObject({ code: 'Success', errorDescription: '' })
  const notification = {
    ...request,
    certificateThumbprint: 'ab'.repeat(20),
    certificateSerialNumber: '01',
    certificateExpirationDateUtc: new Date().toISOString(),
    issuingCertificateAuthority: 'CN=a',
  }
  expect(await act('successNotification', { notification })).toMatchObject({ code: 'Success' })
  expect(emulator.violations()).toEqual([])
})
