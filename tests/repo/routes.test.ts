import * as contract from '@chancery/api'
import { expect, test } from 'vitest'
import { filesUnder, read } from './repository.ts'

const DEFINITION = /^(?:export )?const (\w+) = (?:route|freeRoute)\(/gm

test('every route that a file of packages/api writes down is exported, and so served, tested and in the document', () => {
  const written = filesUnder('packages/api/src')
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .flatMap((path) => [...read(path).matchAll(DEFINITION)].map((match) => match[1] ?? ''))
  expect(written.length).toBeGreaterThan(10)
  expect(Object.keys(contract.routesOf(contract)).sort()).toEqual(written.sort())
})
