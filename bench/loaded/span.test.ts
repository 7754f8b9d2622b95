import { expect, test } from 'vitest'
import { answersIn } from './span.ts'

test('answers within spans are told from those between them, and time outside of the load does not count', () => {
  const finishedAt = [100, 90, 20, 10, 40, 50, 60]
  const spans = [
    { from: 0, to: 30 },
    { from: 45, to: 65 },
    { from: 200, to: 300 },
  ]
  expect(answersIn(finishedAt, spans)).toEqual({
    during: { answers: 4, milliseconds: 40 },
    between: { answers: 3, milliseconds: 50 },
  })
})
