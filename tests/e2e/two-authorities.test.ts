import { type Certificate, nameToText, parseCertificate, verifyCertificate } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addAuthority } from '../../apps/server/src/admin/testing/second-authority.ts'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import {
  certificateOf,
  type Device,
  type EnrolmentOptions,
  enrol,
  fetchCa,
  newDevices,
  type PublishedCa,
  post,
  read,
  sealEnrolment,
  sealPoll,
} from '../device.ts'

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'
const SCEP = '/api/v1/protocols/scep'

/** Where devices enrol: one SCEP profile serves two authorities, and each authority has two addresses. */
const ENDPOINTS = {
  ownDefault: { path: `${SCEP}/default/pkiclient.exe`, ca: 'default', challenge: 'the secret of default' },
  ownPrinters: { path: `${SCEP}/printers/pkiclient.exe`, ca: 'plant', challenge: 'the secret of printers' },
  raDefault: { path: `${SCEP}/raProfile/default/pkiclient.exe`, ca: 'default', challenge: 'the secret of default' },
  raPlant: { path: `${SCEP}/raProfile/plant/pkiclient.exe`, ca: 'plant', challenge: 'the secret of default' },
} as const
type EndpointName = keyof typeof ENDPOINTS

let server: TestApp
let url: string
let devices: Device[]
const uuids: Record<string, string> = {}
const authorities = new Map<string, Buffer>()

beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN })
  url = await server.app.listen({ host: '127.0.0.1', port: 0 })
  devices = await newDevices(4)
  const [issuer] = (await server.store.configuration.load()).issuers
  authorities.set('default', issuer?.certificate as Buffer)
  const plant = await addAuthority(server.store)
  authorities.set('plant', plant.certificate)
  const [scep] = await call<{ uuid: string }[]>('GET', '/v1/scepProfiles')
  uuids.default = scep?.uuid ?? ''
  const [raDefault] = await call<{ uuid: string }[]>('GET', '/v1/raProfiles')
  uuids.raDefault = raDefault?.uuid ?? ''
  await call('PUT', `/v1/scepProfiles/${uuids.default}`, { challengePassword: ENDPOINTS.ownDefault.challenge })
  const ra = `/v1/authorities/${plant.uuid}/raProfiles`
  uuids.raPlant = (await call<{ uuid: string }>('POST', ra, { name: 'plant', enabled: true })).uuid
  await call('PATCH', `${ra}/${uuids.raPlant}/protocols/scep/activate/${uuids.default}`)
  const printers = {
    name: 'printers',
    challengePassword: ENDPOINTS.ownPrinters.challenge,
    raProfileUuid: uuids.raPlant,
    raCertificate: { authorityUuid: plant.uuid },
  }
  uuids.printers = (await call<{ uuid: string }>('POST', '/v1/scepProfiles', printers)).uuid
  await call('PATCH', `/v1/scepProfiles/${uuids.printers}/enable`)
})
afterAll(() => server.close())

async function call<T = unknown>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: object,
): Promise<T> {
  const headers = { authorization: `Bearer ${TOKEN}`, ...(body && { 'content-type': 'application/json' }) }
  const answer = await server.app.inject({ method, url: `/api${path}`, headers, ...(body && { payload: body }) })
  if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${answer.body}`)
  return (answer.body === '' ? undefined : answer.json()) as T
}

const isOf = (authority: 'default' | 'plant', certificate: Certificate) =>
  verifyCertificate(certificate, parseCertificate(authorities.get(authority) as Buffer).publicKey)
const caOf = (name: EndpointName) => fetchCa(url, ENDPOINTS[name].path)
const seal = (device: Device, ca: PublishedCa, name: EndpointName, options: EnrolmentOptions) =>
  sealEnrolment(device, ca, { challenge: ENDPOINTS[name].challenge, ...options })

test('GetCACert at each address is the RA certificate of its own authority and that authority, nothing else', async () => {
  const published = await Promise.all(
    (Object.keys(ENDPOINTS) as EndpointName[]).map(async (name) => [name, await caOf(name)] as const),
  )
  for (const [name, { certificates }] of published) {
    const [ra, ca, ...more] = certificates
    expect([name, ca?.der, more]).toEqual([name, authorities.get(ENDPOINTS[name].ca), []])
    expect(ra && isOf(ENDPOINTS[name].ca, ra)).toBe(true)
  }
  const ras = new Map(published.map(([name, { recipient }]) => [name, recipient.digest().toString('hex')]))
  expect(ras.get('raDefault')).toBe(ras.get('ownDefault'))
  expect(new Set(ras.values()).size, 'each SCEP profile has its own at each authority').toBe(3)
})

test('what is meant for one address is opened at no other one of another CA', async () => {
  const [device] = devices as [Device]
  const request = await seal(device, await caOf('raPlant'), 'raPlant', { subject: 'CN=astray' })
  const reply = await read(request, await post(url, request.message, ENDPOINTS.raDefault.path), await caOf('raDefault'))
  expect(reply.status).toBe('FAILURE')
})

test('requests at the same time to different profiles never mix', async () => {
  const names = Object.keys(ENDPOINTS) as EndpointName[]
  const cas = new Map(await Promise.all(names.map(async (name) => [name, await caOf(name)] as const)))
  const requests = await Promise.all(
    Array.from({ length: 320 }, async (_, index) => {
      const name = names[index % names.length] as EndpointName
      // The same key and transactionID at all four addresses: four transactions all the same.
      const device = devices[Math.floor(index / names.length) % devices.length] as Device
      const subject = `CN=device${index},O=${name}`
      const transactionId = `T${Math.floor(index / names.length)}`
      const request = await seal(device, cas.get(name) as PublishedCa, name, { subject, transactionId })
      return { name, subject, request }
    }),
  )
  const queue = requests.values()
  const answers: { name: EndpointName; subject: string; reply: Awaited<ReturnType<typeof read>> }[] = []
  const sender = async () => {
    for (const { name, subject, request } of queue) {
      const body = await post(url, request.message, ENDPOINTS[name].path)
      answers.push({ name, subject, reply: await read(request, body, cas.get(name) as PublishedCa) })
    }
  }
  await Promise.all(Array.from({ length: 24 }, sender))
  expect(answers).toHaveLength(requests.length)
  for (const { name, subject, reply } of answers) {
    const certificate = certificateOf(reply)
    expect([name, nameToText(certificate.subject)]).toEqual([name, subject])
    expect(isOf(ENDPOINTS[name].ca, certificate)).toBe(true)
  }
})

test('a challenge of one SCEP profile opens no other one', async () => {
  const [device] = devices as [Device]
  const ca = await caOf('ownPrinters')
  const request = await seal(device, ca, 'ownPrinters', {
    challenge: ENDPOINTS.ownDefault.challenge,
    transactionId: 'X',
  })
  expect(await enrol(url, request, ca, ENDPOINTS.ownPrinters.path)).toMatchObject({ status: 'FAILURE' })
})

test('another default RA profile changes nothing at the addresses of RA profiles', async () => {
  const [device] = devices as [Device]
  const [raDefault, raPlant] = await Promise.all([caOf('raDefault'), caOf('raPlant')])
  await call('PATCH', `/v1/scepProfiles/${uuids.default}/raProfiles/${uuids.raPlant}`)
  const bodies = (ca: PublishedCa) => ca.certificates.map(({ der }) => der.toString('hex'))
  expect([bodies(await caOf('raDefault')), bodies(await caOf('raPlant'))]).toEqual([bodies(raDefault), bodies(raPlant)])
  expect(bodies(await caOf('ownDefault'))).toEqual(bodies(raPlant))
  const request = await seal(device, raDefault, 'raDefault', { subject: 'CN=as before', transactionId: 'as before' })
  const certificate = certificateOf(await enrol(url, request, raDefault, ENDPOINTS.raDefault.path))
  expect(isOf('default', certificate)).toBe(true)
  await call('PATCH', `/v1/scepProfiles/${uuids.default}/raProfiles/${uuids.raDefault}`)
})

test('it strands no device that waits: what was begun with the former one is decided and handed out with it', async () => {
  const [device] = devices as [Device]
  const ca = await caOf('ownDefault')
  await call('PUT', `/v1/raProfiles/${uuids.raDefault}`, { approvalRequired: true })
  const waiting = await seal(device, ca, 'ownDefault', { subject: 'CN=patient', transactionId: 'patient' })
  expect(await enrol(url, waiting, ca)).toMatchObject({ status: 'PENDING' })
  await call('PATCH', `/v1/scepProfiles/${uuids.default}/raProfiles/${uuids.raPlant}`)
  const { approvals } = await call<{ approvals: { uuid: string }[] }>('GET', '/v1/approvals')
  expect(await enrol(url, await sealPoll(waiting, ca), ca)).toMatchObject({ status: 'PENDING' })
  await call('POST', `/v1/approvals/${approvals[0]?.uuid}/approve`, {})
  expect(isOf('default', certificateOf(await enrol(url, await sealPoll(waiting, ca), ca)))).toBe(true)
  await call('PUT', `/v1/raProfiles/${uuids.raDefault}`, { approvalRequired: false })
  await call('PATCH', `/v1/scepProfiles/${uuids.default}/raProfiles/${uuids.raDefault}`)
})

test('each check says its own sentence to the device, to the log and at the profile', async () => {
  const said = async (path: string) => {
    const answer = await fetch(`${url}${path}?operation=GetCACert`)
    const text = (await answer.text()).trim()
    expect(
      server.lines.filter(({ detail }) => detail === text),
      text,
    ).not.toEqual([])
    return `${answer.status} ${text}`
  }
  const problems = async () =>
    (await call<{ problems: string[] }>('GET', `/v1/scepProfiles/${uuids.printers}`)).problems
  const { ownPrinters, raPlant } = ENDPOINTS
  const raProfiles = `/v1/raProfiles/${uuids.raPlant}`

  expect(await said(`${SCEP}/nobody/pkiclient.exe`)).toBe('404 There is no SCEP profile with this name.')
  expect(await said(`${SCEP}/raProfile/nobody/pkiclient.exe`)).toBe('404 There is no RA profile with this name.')

  await call('PATCH', `${raProfiles}/disable`)
  expect(await said(ownPrinters.path)).toBe('403 RA profile "plant" is disabled.')
  expect(await said(raPlant.path)).toBe('403 RA profile "plant" is disabled.')
  expect(await problems()).toEqual(['RA profile "plant" is disabled.'])
  await call('PATCH', `${raProfiles}/enable`)

  await call('PATCH', `/v1/scepProfiles/${uuids.printers}/disable`)
  expect(await said(ownPrinters.path)).toBe('403 SCEP profile "printers" is disabled.')
  expect(await problems()).toEqual(['SCEP profile "printers" is disabled.'])
  await call('PATCH', `/v1/scepProfiles/${uuids.printers}/enable`)

  await call('PUT', `/v1/scepProfiles/${uuids.printers}`, { raProfileUuid: null })
  expect(await said(ownPrinters.path)).toBe('403 SCEP profile "printers" has no default RA profile.')
  expect(await problems()).toEqual(['SCEP profile "printers" has no default RA profile.'])
  await call('PUT', `/v1/scepProfiles/${uuids.printers}`, { raProfileUuid: uuids.raPlant })

  const [{ authorityInstanceUuid } = { authorityInstanceUuid: '' }] = (
    await call<{ uuid: string; authorityInstanceUuid: string }[]>('GET', '/v1/raProfiles')
  ).filter(({ uuid }) => uuid === uuids.raPlant)
  const scep = `/v1/authorities/${authorityInstanceUuid}/raProfiles/${uuids.raPlant}/protocols/scep`
  await call('PATCH', `${scep}/deactivate`)
  expect(await said(raPlant.path)).toBe('403 SCEP is not switched on for RA profile "plant".')
  expect(await problems()).toEqual([])
  await call('PATCH', `${scep}/activate/${uuids.default}`)

  server.clock.now = new Date(server.clock.now.getTime() + 3 * 365 * 86_400_000)
  expect(await said(ownPrinters.path)).toBe('403 The CA certificate of SCEP profile "printers" has expired.')
  expect(await problems()).toEqual(['The CA certificate of SCEP profile "printers" has expired.'])
})
