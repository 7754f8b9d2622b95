import { expect, test } from 'vitest'
import { idsInSource, leadingIds } from './clause-id.ts'

test.each([
  ['S-4.1-01 is sent raw', ['S-4.1-01']],
  ['S-3.1-P02 C-BER-01 D-C-01 N-03 four at once', ['S-3.1-P02', 'C-BER-01', 'D-C-01', 'N-03']],
  ['S-3.1-15 S22 what follows is another list', ['S-3.1-15']],
  ['it cites S-4.1-01 further on', []],
  ['S-1-5-21-1-2 is the identifier of an account', []],
])('of “%s” the ids at its head are read', (name, ids) => {
  expect(leadingIds(name)).toEqual(ids)
})

test('names stand in tests, in suites, in rows and over several lines', () => {
  const source = `
    test('S-4.1-01 one', () => {})
    describe("S-4.1-02 S-4.1-03 two", () => {})
    test.each([['S-4.1-04 three', 1], [\`S-4.1-05 \${four}\`, 2]])('%s', () => {})
    test.each(ROWS)(
      'S-4.1-06 five',
    )
    const ROWS = { 'S-4.1-07 six': 1 }`
  expect(idsInSource(source)).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `S-4.1-0${number}`))
})

test('what is skipped, expected or only cited is no name', () => {
  const source = `
    test.skip('S-4.1-01 skipped', () => {})
    test.todo('S-4.1-02 to do')
    expect(text).toContain('S-4.1-03 in a verdict')
    const cited = ['S-4.1-04'] // S-4.1-05 in a comment`
  expect(idsInSource(source)).toEqual([])
})
