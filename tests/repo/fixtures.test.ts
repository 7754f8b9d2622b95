import { expect, test } from 'vitest'
import { filesUnder, read } from './repository.ts'

const FOLDER = 'tests/fixtures'

test('every fixture has a row in tests/fixtures/README.md, and every row its fixture', () => {
  const files = filesUnder(FOLDER)
    .map((path) => path.slice(FOLDER.length + 1))
    .filter((path) => path !== 'README.md')
  const rows = [...read(`${FOLDER}/README.md`).matchAll(/^\| *`([^`]+)` *\|/gm)].map((match) => match[1] ?? '')
  expect(rows.toSorted()).toEqual(files)
})
