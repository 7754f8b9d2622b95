import { expect, test } from 'vitest'
import { filesUnder, read } from './repository.ts'

const VARIABLE = /\bCHANCERY_[A-Z][A-Z0-9_]*\b/g

const variablesIn = (texts: readonly string[]) =>
  [...new Set(texts.flatMap((text) => text.match(VARIABLE) ?? []))].toSorted()

test('docs/operate/configuration.md has every variable that server and CLI read, and no other', () => {
  const sources = filesUnder('apps').filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  const documented = variablesIn([read('docs/operate/configuration.md')])
  expect(documented).toEqual(variablesIn(sources.map(read)))
})

test('the environment of the server is read in one file', () => {
  const readers = filesUnder('apps/server/src')
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .filter((path) => /\bprocess\.env\.CHANCERY_|\benv\.CHANCERY_|\benv\['CHANCERY_/.test(read(path)))
  expect(readers.filter((path) => path !== 'apps/server/src/config.ts')).toEqual([])
})
