import { expect, test } from 'vitest'
import { readSwitches } from './switch-values.ts'

const row = { title: '', meaning: '', neededBy: '', default: null, overridden: false, value: null }
const switches = [
  { ...row, name: 'singleDes', values: { kind: 'boolean' as const } },
  { ...row, name: 'emptyContent', values: { kind: 'choice' as const, of: ['absent', 'empty'] } },
  { ...row, name: 'timeWindowSeconds', values: { kind: 'seconds' as const, minimum: 60, maximum: 600 } },
]

test('a switch is read as its kind says', () => {
  expect(readSwitches(['singleDes=on', 'emptyContent=empty', 'timeWindowSeconds=600'], switches)).toEqual({
    singleDes: true,
    emptyContent: 'empty',
    timeWindowSeconds: 600,
  })
  expect(readSwitches(['singleDes=off', 'timeWindowSeconds=off'], switches)).toEqual({
    singleDes: false,
    timeWindowSeconds: null,
  })
})

test('a value that does not fit goes to the server as it is, which says what fits', () => {
  expect(readSwitches(['singleDes=perhaps'], switches)).toEqual({ singleDes: 'perhaps' })
  expect(readSwitches(['singleDes=constructor'], switches)).toEqual({ singleDes: 'constructor' })
})

test.each(['singleDes', 'singledes=on', '=on', ''])('%j is refused, with the names there are', (text) => {
  expect(() => readSwitches([text], switches)).toThrow(
    expect.objectContaining({ nextStep: 'The switches are singleDes, emptyContent, timeWindowSeconds.' }),
  )
})
