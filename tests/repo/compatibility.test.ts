import { SWITCHES } from '@chancery/scep'
import { expect, test } from 'vitest'
import { PAGE, renderPage } from '../compatibility/page.ts'
import { filesUnder, read } from './repository.ts'

/** Tests of the tables themselves, which name every switch and prove nothing about it. */
const TABLES = /^(packages\/scep\/src\/compatibility|apps\/server\/src\/admin|apps\/cli\/src\/profile)\//

const tests = ['packages', 'apps', 'tests']
  .flatMap(filesUnder)
  .filter((path) => path.endsWith('.test.ts') && !TABLES.test(path))
  .map(read)

test.each(Object.keys(SWITCHES))('the switch %s is turned by a test of what it does', (name) => {
  const turned = new RegExp(`\\b${name}\\b\\s*[:=,']`)
  expect(tests.some((text) => turned.test(text))).toBe(true)
})

test(`${PAGE} is what \`npm run compatibility\` writes`, () => {
  expect(filesUnder('docs')).toContain(PAGE)
  expect(read(PAGE) === renderPage(), 'stale: npm run compatibility').toBe(true)
})
