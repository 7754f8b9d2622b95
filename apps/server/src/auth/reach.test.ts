import type { Grant } from '@chancery/api'
import { expect, test } from 'vitest'
import { callerOf } from './caller.ts'
import { belongsTo, narrow, narrowing, reaches, requireReach } from './reach.ts'

const asking = (grants: readonly Grant[]) => ({
  caller: callerOf('token', 'helpdesk', grants),
  permission: 'challenge.create' as const,
})
const scope = { scepProfiles: ['printers'], raProfiles: ['tls'] }
const everywhere = asking([{ role: 'operator' }])
const scoped = asking([{ role: 'operator', scope }])
const nowhere = asking([{ role: 'viewer' }])

test.each([
  [{ scepProfile: 'printers' }, true],
  [{ raProfile: 'tls' }, true],
  [{ scepProfile: 'phones', raProfile: 'tls' }, true],
  [{ scepProfile: 'printers', raProfile: 'other' }, true],
  [{ scepProfile: 'phones' }, false],
  [{ scepProfile: 'tls', raProfile: 'printers' }, false],
  [{}, false],
])('what belongs to %j is in the reach of a role for some profiles: %j', (belongs, expected) => {
  expect(reaches(scoped, belongs)).toBe(expected)
  expect(reaches(everywhere, belongs), 'a role everywhere').toBe(true)
  expect(reaches(nowhere, belongs), 'a role without the right').toBe(false)
})

test('a list has what is in reach and nothing else', () => {
  const names = ['phones', 'printers']
  const of = (who: typeof scoped) => narrow(who, names, (scepProfile) => ({ scepProfile }))
  expect([of(scoped), of(everywhere), of(nowhere)]).toEqual([['printers'], names, []])
})

test('what is out of reach is not there; to somebody who may see it, it is forbidden, and the refusal names both', () => {
  const phones = { scepProfile: 'phones' }
  const missing = 'There is no such thing.'
  const ask = (who: typeof scoped, belongs = phones) => requireReach(who, 'scepProfile.read', belongs, missing)
  expect(() => ask(scoped)).toThrow(expect.objectContaining({ status: 404, message: missing }))
  expect(() => ask(asking([{ role: 'operator', scope }, { role: 'viewer' }]))).toThrow(
    expect.objectContaining({
      status: 403,
      message: expect.stringMatching(/^helpdesk has the right challenge\.create .* SCEP profile "phones"\.$/),
    }),
  )
  expect(() => ask(everywhere)).not.toThrow()
  expect(() => ask(scoped, { scepProfile: 'printers' })).not.toThrow()
})

const configuration = {
  scepProfiles: [
    { id: 1, name: 'phones' },
    { id: 2, name: 'printers' },
  ],
  raProfiles: [
    { id: 1, name: 'tls' },
    { id: 3, name: 'mail' },
  ],
} as never

test('a query is narrowed by ids and endpoints, and not at all for a role everywhere', () => {
  expect(narrowing(scoped, configuration)).toEqual({
    scepProfileIds: [2],
    raProfileIds: [1],
    endpoints: ['scepProfile/printers', 'raProfile/tls'],
  })
  expect(narrowing(everywhere, configuration)).toBeUndefined()
  expect(narrowing(nowhere, configuration)).toEqual({ scepProfileIds: [], raProfileIds: [], endpoints: [] })
})

test.each([
  [
    { endpoint: 'scepProfile/printers', raProfileId: 3 },
    { scepProfile: 'printers', raProfile: 'mail' },
  ],
  [
    { endpoint: 'raProfile/gone', raProfileId: null },
    { scepProfile: undefined, raProfile: 'gone' },
  ],
  [
    { endpoint: 'raProfile/tls', raProfileId: 1 },
    { scepProfile: undefined, raProfile: 'tls' },
  ],
  [
    { endpoint: null, raProfileId: null },
    { scepProfile: undefined, raProfile: undefined },
  ],
])('a row with %j belongs to %j', (row, belongs) => {
  expect(belongsTo(row, configuration)).toEqual(belongs)
})
