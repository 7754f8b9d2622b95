import type { RaProfile } from '@chancery/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer } from '../testing/admin-server.ts'

let server: AdminServer
let uuid: string
beforeAll(async () => {
  server = await startAdminServer()
  const [profile] = (await server.call('GET', '/v1/raProfiles')).body as [RaProfile]
  uuid = profile.uuid
})
afterAll(() => server.close())

test('nobody has to agree until somebody says so, and what is left out stays as it is', async () => {
  const path = `/v1/raProfiles/${uuid}`
  const before = { approvalRequired: false, approvalOfRenewals: true, approvalExpiry: 14 }
  expect((await server.call('GET', path)).body).toMatchObject({ name: 'default', enabled: true, ...before })
  expect((await server.call('PUT', path, { approvalRequired: true, approvalExpiry: 3 })).body).toMatchObject({
    approvalRequired: true,
    approvalOfRenewals: true,
    approvalExpiry: 3,
  })
  await server.call('PUT', path, { approvalOfRenewals: false })
  expect((await server.context.snapshots.current()).configuration.raProfiles[0]?.approval).toEqual({
    required: true,
    renewals: false,
    expiresAfterDays: 3,
    approvals: 1,
    role: null,
  })
})

test('how many must agree and of which role is changed by itself, and null is everybody who may decide', async () => {
  const change = async (body: object) => (await server.call('PUT', `/v1/raProfiles/${uuid}`, body)).body
  const before = await change({})
  expect(before).toMatchObject({ approvalsNeeded: 1, approvalRole: null })
  expect(await change({ approvalsNeeded: 3, approvalRole: 'approver' })).toEqual({
    ...(before as object),
    approvalsNeeded: 3,
    approvalRole: 'approver',
  })
  expect(await change({ approvalsNeeded: 1 })).toMatchObject({ approvalsNeeded: 1, approvalRole: 'approver' })
  expect(await change({ approvalRole: null })).toEqual(before)
})

test('two changes at once lose nothing of each other', async () => {
  const change = (body: object) => server.call('PUT', `/v1/raProfiles/${uuid}`, body)
  const answers = await Promise.all([change({ approvalExpiry: 5 }), change({ approvalOfRenewals: true })])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  const { body } = await server.call('GET', `/v1/raProfiles/${uuid}`)
  expect(body).toMatchObject({ approvalExpiry: 5, approvalOfRenewals: true })
})

test('one that is not there is 404, and what is wrong about a change is said in sentences', async () => {
  const missing = await server.call('PUT', '/v1/raProfiles/019a0000-0000-7000-8000-000000000001', {})
  expect([missing.status, missing.body]).toEqual([404, { message: 'There is no RA profile with this UUID.' }])
  const wrong = { approvalRequired: 'yes', approvalExpiry: 0, name: 'x' }
  const { status, body } = await server.call('PUT', `/v1/raProfiles/${uuid}`, wrong)
  expect([status, (body as string[]).length]).toEqual([422, 3])
  for (const approvalsNeeded of [0, 6, 1.5, '2', null]) {
    expect((await server.call('PUT', `/v1/raProfiles/${uuid}`, { approvalsNeeded })).status).toBe(422)
  }
  const role = await server.call('PUT', `/v1/raProfiles/${uuid}`, { approvalRole: 'auditor' })
  expect([role.status, role.body]).toEqual([
    422,
    ['approvalRole must be administrator or approver, or null for everybody who may decide.'],
  ])
})
