import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { filesUnder, ROOT, read } from '../repo/repository.ts'
import { PAGE, renderPage } from './page.ts'
import { reportedProofs, scanProofs, type TestReport } from './proof.ts'
import { readRegister } from './register.ts'
import { countStandings, summary } from './standing.ts'

/** `npm run conformance`: writes docs/conformance.md; with `--check` it fails where that changed something. */

const { values } = parseArgs({ options: { check: { type: 'boolean' }, report: { type: 'string' } } })
const areas = readRegister()
const proofs =
  values.report === undefined
    ? scanProofs()
    : reportedProofs(JSON.parse(readFileSync(values.report, 'utf8')) as TestReport)
const page = renderPage(areas, proofs)
console.log(summary(countStandings(areas, proofs)))

if (values.check && !(filesUnder('docs').includes(PAGE) && read(PAGE) === page)) {
  console.error(`${PAGE} was not what register and tests say; it is now, and wants to be committed`)
  process.exitCode = 1
}
writeFileSync(join(ROOT, PAGE), page)
