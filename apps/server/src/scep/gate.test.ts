import { expect, test } from 'vitest'
import { Gate } from './gate.ts'

test('S-7-14 nobody enters above the limit, until somebody leaves', () => {
  const gate = new Gate(2)
  expect([gate.enter(), gate.enter(), gate.enter()]).toEqual([true, true, false])
  gate.leave()
  expect([gate.enter(), gate.enter()]).toEqual([true, false])
})
