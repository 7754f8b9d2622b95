import { keyUsage, parseCertificate, parseSignedData } from '@chancery/pki'
import { Secret } from '@chancery/ra'
import { parseCaCertificates } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certificateOf, newDevice, read, sealEnrolment } from '../../../../tests/device.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { nextIssuer } from './next-issuer.ts'
import { switchOverTo } from './stepping-back.ts'

/** A CA that opens messages itself is followed by one that does. */

const PATH = '/api/v1/protocols/scep/default/pkiclient.exe'
const ORDER = { keyKind: undefined, years: 10, currentFrom: null }
let server: TestApp
beforeAll(async () => {
  server = await testApp({ CHANCERY_CA_KEY: 'rsa-2048', CHANCERY_RA_KEY: 'ca' })
  const { scepProfiles } = (await server.context.snapshots.current()).configuration
  const change = { challengeKind: 'static', staticChallenge: new Secret('a static challenge') } as const
  await server.store.configuration.edit([{ edit: 'setScepProfile', uuid: scepProfiles[0]?.uuid ?? '', change }])
})
afterAll(() => server.close())

const get = (operation: string) => server.app.inject({ method: 'GET', url: `${PATH}?operation=${operation}` })

async function known() {
  const { configuration } = await server.context.snapshots.current()
  const [authority] = configuration.authorities
  if (authority === undefined) throw new Error('no authority')
  return { configuration, authority, context: { publicUrl: undefined, now: server.clock.now } }
}

test('its key must be one that can open messages', async () => {
  const { configuration, authority, context } = await known()
  expect(await nextIssuer(configuration, authority, { ...ORDER, keyKind: 'p-256' }, context)).toEqual({
    refused: expect.stringContaining('must be RSA'),
  })
})

test('S-4.7.1-02 S-2.1.2-01 the signed content is the next CA alone, certified for opening messages', async () => {
  const { configuration, authority, context } = await known()
  const made = await nextIssuer(configuration, authority, ORDER, context)
  if ('refused' in made) throw new Error(made.refused)
  await server.store.configuration.addNextIssuer(made, configuration.version)
  const { eContent } = parseSignedData((await get('GetNextCACert')).rawPayload)
  const certificates = parseCaCertificates(eContent as Buffer)
  expect(certificates.map(({ der }) => der)).toEqual([made.certificate])
  expect(keyUsage(parseCertificate(made.certificate))).toContain('keyEncipherment')
})

test('S-5.1-01 each of the two issues what is enveloped to it, and signs its reply, before and after the switch', async () => {
  const { issuers } = (await known()).configuration
  const device = await newDevice()
  const issuerOf = async (generation: number, transactionId: string) => {
    const recipient = parseCertificate(issuers[generation - 1]?.certificate as Buffer)
    const ca = { recipient, certificates: issuers.map(({ certificate }) => parseCertificate(certificate)) }
    const enrolment = await sealEnrolment(device, ca, { challenge: 'a static challenge', transactionId })
    const answer = await server.app.inject({ method: 'POST', url: PATH, payload: enrolment.message })
    expect(parseSignedData(answer.rawPayload).certificates.map(({ bytes }) => bytes)).toEqual([recipient.der])
    const issued = certificateOf(await read(enrolment, answer.rawPayload, ca))
    const [entry] = await server.store.revocations.find({ digest: issued.digest() })
    return entry?.issuerId
  }
  expect([await issuerOf(1, 'a'), await issuerOf(2, 'b')]).toEqual(issuers.map(({ id }) => id))
  const { configuration, authority } = await known()
  const change = switchOverTo(configuration, authority, server.clock.now)
  if ('refused' in change) throw new Error(change.refused)
  await server.store.configuration.switchOver(change, configuration.version)
  const current = issuers[1]
  expect([await issuerOf(1, 'c'), await issuerOf(2, 'd')]).toEqual([current?.id, current?.id])
  const answer = await get('GetCACert')
  expect(answer.headers['content-type']).toBe('application/x-x509-ca-cert')
  expect(answer.rawPayload).toEqual(current?.certificate)
})
