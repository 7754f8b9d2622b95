import { expect, test } from 'vitest'
import { impurities, PURE_PACKAGES } from './purity.ts'
import { filesUnder, read } from './repository.ts'

test.each(Object.keys(PURE_PACKAGES))('%s reads no clock and does no I/O', (room) => {
  const sources = filesUnder(`${room}/src`).filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  expect(sources.length).toBeGreaterThan(0)
  expect(sources.flatMap((path) => impurities(room, path, read(path)))).toEqual([])
})

test.each([
  'const t = Date.now()',
  'const t = new Date()',
  'const t = new Date( )',
  'const t = new Date',
  'const r = Math.random()',
  'const home = process.env.HOME',
  'console.error(e)',
  'setTimeout(() => {}, 5)',
])('a planted %s is found', (line) => {
  expect(impurities('packages/pki', 'x.ts', line)).toHaveLength(1)
})

test.each(['const t = new Date(0)', '// not Date.now() here', '/* no\n * console.log\n */'])(
  '%s is no fault',
  (source) => {
    expect(impurities('packages/pki', 'x.ts', source)).toEqual([])
  },
)
