import { randomUUID } from 'node:crypto'
import type { ConfigurationEdit } from '@chancery/ra'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addAuthority } from '../admin/testing/second-authority.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

const DAY = 86_400_000

let server: TestApp
beforeEach(async () => {
  server = await testApp()
})
afterEach(() => server.close())

const configuration = async () => (await server.context.snapshots.refresh()).configuration
const states = async () => (await configuration()).raCertificates.map(({ state }) => state)
const change = async (...edits: ConfigurationEdit[]) => server.store.configuration.edit(edits)
const later = async (milliseconds: number) => {
  server.clock.now = new Date(server.clock.now.getTime() + milliseconds)
  await server.runJobs()
}

async function renewBefore(renewBeforeDays: number) {
  const [profile] = (await configuration()).scepProfiles
  const uuid = profile?.uuid ?? ''
  await change({ edit: 'setScepProfile', uuid, change: { raCertificate: { renewBeforeDays } } })
}

test('a profile may have its RA certificate renewed so many days before the end', async () => {
  await renewBefore(30)
  await later(334 * DAY)
  expect(await states()).toEqual(['current'])
  await later(2 * DAY)
  expect(await states()).toEqual(['current', 'next'])
})

test('more days than it lives do not renew it again and again', async () => {
  await renewBefore(3_650)
  await later(10 * DAY)
  expect(await states()).toEqual(['current'])
  await later(113 * DAY)
  expect(await states()).toEqual(['current', 'next'])
  await later(DAY)
  await later(DAY)
  expect(await states()).toEqual(['retired', 'current'])
})

test('where one is lacking it is issued', async () => {
  const { uuid: authorityUuid } = await addAuthority(server.store)
  const { raProfiles, scepProfiles } = await configuration()
  const { id: _, authorityId: __, scepProfileId: ___, ...rest } = raProfiles[0] as (typeof raProfiles)[0]
  const raProfile = {
    ...rest,
    uuid: randomUUID(),
    name: 'plant',
    authorityUuid,
    scepProfileUuid: scepProfiles[0]?.uuid ?? null,
  }
  await change({ edit: 'addRaProfile', raProfile })
  const refused = (await server.context.snapshots.refresh()).byRaProfile('plant')
  expect(refused).toEqual({
    refused: 'SCEP profile "default" has no CA certificate for RA profile "plant".',
    status: 403,
  })
  await server.runJobs()
  expect((await server.context.snapshots.refresh()).byRaProfile('plant')).toHaveProperty('served')
  expect(await states()).toEqual(['current', 'current'])
})
