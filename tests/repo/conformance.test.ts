import { expect, test } from 'vitest'
import { PAGE, renderPage } from '../conformance/page.ts'
import { scanProofs } from '../conformance/proof.ts'
import { readRegister } from '../conformance/register.ts'
import { filesUnder, read } from './repository.ts'

const areas = readRegister()
const clauses = areas.flatMap((area) => area.clauses)
const ids = clauses.map((clause) => clause.id)
const proofs = scanProofs()

test('an id stands once in the register', () => {
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

test('the ids in names of tests stand in the register', () => {
  const known = new Set(ids)
  const unknown = [...proofs].filter(([id]) => !known.has(id)).map(([id, files]) => `${id} in ${[...files].join(', ')}`)
  expect(unknown).toEqual([])
})

test('a clause that is not met on purpose has its row in docs/divergences.md, and no test', () => {
  const divergences = read('docs/divergences.md')
  const onPurpose = clauses.filter((clause) => clause.reason !== undefined).map((clause) => clause.id)
  expect(onPurpose.filter((id) => !divergences.includes(id) || proofs.has(id))).toEqual([])
})

test('docs/conformance.md is what `npm run conformance` writes', () => {
  expect(filesUnder('docs')).toContain(PAGE)
  expect(read(PAGE) === renderPage(areas, proofs), 'stale: npm run conformance').toBe(true)
})
