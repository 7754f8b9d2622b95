import { describe, expect, test } from 'vitest'
import { ADVICE } from './advice.ts'
import { CLIENTS, type ClientName } from './client.ts'
import { CLIENT_NEEDS, neededByText } from './need.ts'
import { resolveSwitches } from './resolve.ts'
import { SWITCHES, type SwitchName } from './switch.ts'

const names = Object.keys(SWITCHES) as SwitchName[]

test.each(names)('the switch %s names the clients that need it, and why', (name) => {
  const needs = CLIENT_NEEDS.filter((need) => need.switch === name)
  expect(needs).not.toEqual([])
  for (const { client, because } of needs) {
    expect(Object.keys(CLIENTS)).toContain(client)
    expect(because).not.toBe('')
  }
})

test.each(names)(
  'the switch %s can be set to what its clients need, and these values are no others than it has',
  (name) => {
    for (const { value } of CLIENT_NEEDS.filter((need) => need.switch === name)) {
      expect(() => resolveSwitches('default', { [name]: value })).not.toThrow()
    }
  },
)

// What is off altogether is the administrator's wish, and no client's.
test.each(names)('every value of the switch %s but its default and off is there for somebody', (name) => {
  const { values, default: usual } = SWITCHES[name]
  const needed = CLIENT_NEEDS.filter((need) => need.switch === name).map(({ value }) => value)
  if (values.kind === 'choice') {
    expect(
      (values.of as readonly unknown[]).filter(
        (value) => value !== usual && value !== 'off' && !needed.includes(value),
      ),
    ).toEqual([])
  } else expect(needed.length).toBeGreaterThan(0)
})

describe('the named set that is advised for', () => {
  test.each(Object.keys(ADVICE) as ClientName[])('%s gives it all that it needs', (client) => {
    const { profile, switches } = ADVICE[client]
    const values: Readonly<Record<string, unknown>> = resolveSwitches(profile, switches)
    const needs = CLIENT_NEEDS.filter((need) => need.client === client)
    expect(needs.length).toBeGreaterThan(0)
    expect(needs.filter((need) => values[need.switch] !== need.value)).toEqual([])
  })
})

test('for people a switch is explained by its clients, their values and their reasons', () => {
  expect(neededByText('singleDes')).toBe('micromdm scepclient (on): encrypts with single DES, whatever is advertised')
  expect(neededByText('timeWindowSeconds')).toContain('devices without a clock (off): ')
})
