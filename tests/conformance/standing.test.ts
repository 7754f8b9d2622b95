import { expect, test } from 'vitest'
import { parseArea } from './register.ts'
import { countStandings, summary, unmet } from './standing.ts'

const HEAD = '# Area\n\n| id | source | binds | level | clause | not met because |\n|---|---|---|---|---|---|\n'

test('a clause is met by a test of ours, waits for a client or a test, or has its reason', () => {
  const rows = ['1', '2', '3'].map((number) => `| S-9.9-0${number} | §9.9 | both | MUST | Words. | |\n`)
  const area = parseArea('area.md', `${HEAD}${rows.join('')}| S-9.9-04 | ours | client | MAY | Words. | Reason. |\n`)
  const proofs = new Map([
    ['S-9.9-01', new Set(['tests/e2e/a.test.ts', 'tests/interop/a.test.ts'])],
    ['S-9.9-02', new Set(['tests/interop/a.test.ts'])],
  ])
  const counts = countStandings([area], proofs)
  expect(counts).toEqual({ met: 1, 'needs a real client': 1, 'not yet': 1, 'not applicable': 1 })
  expect(summary(counts)).toBe('Conformance: 1 of 3 applicable clauses met, 1 need a real client, 1 not yet')
  expect(unmet([area], proofs)).toEqual(['S-9.9-03'])
})

test('a clause of which something is missing is not met, whatever tests bear its id', () => {
  const area = parseArea('area.md', `${HEAD}| S-9.9-01 | §9.9 | both | MUST | Words. | not yet: the rest |\n`)
  const proofs = new Map([['S-9.9-01', new Set(['tests/e2e/a.test.ts'])]])
  expect(countStandings([area], proofs)).toMatchObject({ met: 0, 'not yet': 1, 'not applicable': 0 })
})

test.each([
  ['another level', '| S-9.9-01 | §9.9 | both | OUGHT | Words. | |'],
  ['another side', '| S-9.9-01 | §9.9 | all | MUST | Words. | |'],
  ['a cell too few', '| S-9.9-01 | §9.9 | both | MUST | Words. |'],
  ['no words', '| S-9.9-01 | §9.9 | both | MUST | | |'],
])('a row with %s is named', (_, row) => {
  expect(() => parseArea('area.md', `${HEAD}${row}\n`)).toThrow(/^area\.md:5 /)
})
