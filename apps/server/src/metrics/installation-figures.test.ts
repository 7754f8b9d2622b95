import { afterAll, beforeAll, expect, test } from 'vitest'
import { NEW_INTUNE } from '../admin/intune/rule.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { installationFigures } from './installation-figures.ts'

let server: TestApp
beforeAll(async () => {
  server = await testApp()
})
afterAll(() => server.close())

test('the figures of an installation say when its certificates and CRLs end, and what waits', async () => {
  const { store, clock, context } = server
  const text = await installationFigures(store, () => clock.now).metrics()
  const { issuers } = (await context.snapshots.current()).configuration
  expect(issuers).toHaveLength(1)
  const figureOf = (series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length),
    )
  const soon = clock.now.getTime() / 1000
  for (const name of ['chancery_ca_not_after_timestamp_seconds', 'chancery_crl_next_update_timestamp_seconds']) {
    expect(figureOf(`${name}{authority="default",generation="1"}`)).toBeGreaterThan(soon)
  }
  expect(text).toMatch(/chancery_ra_not_after_timestamp_seconds\{scep_profile="default",issuer="\d+"\} \d+/)
  expect(figureOf('chancery_requests_waiting{authenticated="true"}')).toBe(0)
  expect(figureOf('chancery_notices{state="waiting"}')).toBe(0)
})

test('the figures say when the client secret for Intune ends, and what Intune has not acknowledged', async () => {
  const { store, clock } = server
  const { scepProfiles } = await store.configuration.load()
  const secretExpiresAt = '2099-01-01T00:00:00.000Z'
  const intune = { ...NEW_INTUNE, tenant: 'contoso.example', secretExpiresAt }
  const uuid = scepProfiles[0]?.uuid ?? ''
  await store.configuration.edit([{ edit: 'setScepProfile', uuid, change: { challengeKind: 'intune', intune } }])
  const text = await installationFigures(store, () => clock.now).metrics()
  const ends = Date.parse(secretExpiresAt) / 1000
  expect(text).toContain(`chancery_intune_key_not_after_timestamp_seconds{scep_profile="default"} ${ends}\n`)
  for (const state of ['held', 'unreported']) {
    expect(text).toContain(`chancery_unacknowledged_certificates{state="${state}"} 0\n`)
  }
})

test('what is gone is no figure any more', async () => {
  const { store, clock } = server
  const figures = installationFigures(store, () => clock.now)
  const before = await figures.metrics()
  const { scepProfiles, raProfiles } = await store.configuration.load()
  expect(before).toContain('scep_profile="default"')
  const deleted = await store.configuration.edit([
    { edit: 'setRaProfile', uuid: raProfiles[0]?.uuid ?? '', change: { scepProfileUuid: null } },
    { edit: 'deleteScepProfile', uuid: scepProfiles[0]?.uuid ?? '' },
  ])
  expect(deleted.status).toBe('changed')
  expect(await figures.metrics()).not.toContain('scep_profile="default"')
})
