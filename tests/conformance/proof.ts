import { relative, sep } from 'node:path'
import { filesUnder, ROOT, read } from '../repo/repository.ts'
import { idsInSource, leadingIds } from './clause-id.ts'

/** The test files whose tests begin with an id, by id. */
export type Proofs = ReadonlyMap<string, ReadonlySet<string>>

/** What the reporter `json` of vitest writes, as far as it is read here. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

const FOLDERS = ['apps', 'bench', 'packages', 'tests']
/** Its tests are about names, and have none of their own. */
const ABOUT_NAMES = 'tests/conformance/'

/** From the names that stand in the test files, without running them. */
export function scanProofs(): Proofs {
  const proofs = new Map<string, Set<string>>()
  const files = FOLDERS.flatMap(filesUnder).filter((path) => path.endsWith('.test.ts') && !path.startsWith(ABOUT_NAMES))
  for (const file of files) for (const id of idsInSource(read(file))) add(proofs, id, file)
  return proofs
}

/** From a run: the tests that passed, and for a client that was not there those that wait for it. */
export function reportedProofs(report: TestReport): Proofs {
  const proofs = new Map<string, Set<string>>()
  const spoilt = new Set<string>()
  for (const { name, assertionResults } of report.testResults) {
    const file = relative(ROOT, name).split(sep).join('/')
    if (file.startsWith(ABOUT_NAMES)) continue
    for (const { ancestorTitles, title, status } of assertionResults)
      for (const id of [...ancestorTitles, title].flatMap(leadingIds))
        if (status === 'failed') spoilt.add(id)
        else if (status === 'passed' || needsClient(file)) add(proofs, id, file)
  }
  for (const id of spoilt) proofs.delete(id)
  return proofs
}

/** Whether a test file is about a client of somebody else. */
export function needsClient(file: string): boolean {
  return file.startsWith('tests/interop/')
}

function add(proofs: Map<string, Set<string>>, id: string, file: string): void {
  const files = proofs.get(id)
  if (files) files.add(file)
  else proofs.set(id, new Set([file]))
}
