import type { RaProfile } from '@chancery/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'
import { addAuthority } from '../testing/second-authority.ts'

const NOBODY = '019a0000-0000-7000-8000-000000000009'

let server: AdminServer
let scep: string
beforeEach(async () => {
  server = await startAdminServer()
  const { uuid: authority } = await addAuthority(server.store)
  const made = await server.call('POST', `/v1/authorities/${authority}/raProfiles`, { name: 'printers' })
  scep = `/v1/authorities/${authority}/raProfiles/${(made.body as RaProfile).uuid}/protocols/scep`
})
afterEach(() => server.close())

const off = { uuid: null, name: null, scepAvailable: false, url: null, issueCertificateAttributes: [] }
const on = () => ({
  uuid: server.uuid,
  name: 'default',
  scepAvailable: true,
  url: 'http://127.0.0.1:8080/api/v1/protocols/scep/raProfile/printers/pkiclient.exe',
  issueCertificateAttributes: [],
})

test.each(['/protocols/scep', '/scep'])('at …%s SCEP is switched on, shown and switched off', async (address) => {
  const path = scep.replace('/protocols/scep', address)
  expect((await server.call('GET', path)).body).toEqual(off)
  const activated = await server.call('PATCH', `${path}/activate/${server.uuid}`, { issueCertificateAttributes: [] })
  expect([activated.status, activated.body]).toEqual([200, on()])
  expect((await server.call('GET', path)).body).toEqual(on())
  const deactivated = await server.call('PATCH', `${path}/deactivate`)
  expect([deactivated.status, deactivated.text]).toEqual([204, ''])
  expect((await server.call('GET', path)).body).toEqual(off)
})

test('the body may be left out, and again is no fault', async () => {
  expect((await server.call('PATCH', `${scep}/activate/${server.uuid}`)).body).toEqual(on())
  const before = server.store.configuration.version()
  expect((await server.call('PATCH', `${scep}/activate/${server.uuid}`)).body).toEqual(on())
  expect(server.store.configuration.version()).toBe(before)
  await server.call('PATCH', `${scep}/deactivate`)
  expect((await server.call('PATCH', `${scep}/deactivate`)).status).toBe(204)
})

test('a dry run is answered as if it were done, and is not', async () => {
  const answer = await server.call('PATCH', `${scep}/activate/${server.uuid}?dryRun=true`)
  expect(answer.body).toEqual({ ...on(), consequences: [] })
  expect((await server.call('GET', scep)).body).toEqual(off)
})

test('what is not there is 404, attributes that nobody knows are a fault', async () => {
  expect((await server.call('PATCH', `${scep}/activate/${NOBODY}`)).status).toBe(404)
  expect((await server.call('GET', scep.replace(/authorities\/[^/]+/, `authorities/${NOBODY}`))).status).toBe(404)
  const order = { issueCertificateAttributes: [{ name: 'x', content: [{ data: 1 }] }] }
  expect((await server.call('PATCH', `${scep}/activate/${server.uuid}`, order)).status).toBe(422)
})

test('an activation of a disabled RA profile shows among the problems of the SCEP profile', async () => {
  await server.call('PATCH', `${scep}/activate/${server.uuid}`)
  expect((await server.call('GET', `/v1/scepProfiles/${server.uuid}`)).body).toMatchObject({
    problems: ['RA profile "printers" is disabled.'],
  })
})
