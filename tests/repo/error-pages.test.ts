import { REASONS } from '@chancery/scep'
import { expect, test } from 'vitest'
import { filesUnder } from './repository.ts'

test('every reason has its page in docs/errors, and every page its reason', () => {
  const pages = filesUnder('docs/errors').map((path) => path.slice('docs/errors/'.length, -'.md'.length))
  expect(pages.filter((page) => page !== 'README')).toEqual(Object.keys(REASONS).toSorted())
})
