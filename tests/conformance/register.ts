import { filesUnder, read } from '../repo/repository.ts'

export interface Clause {
  readonly id: string
  /** Where it comes from; `§` alone is RFC 8894, `ours` what no document decides. */
  readonly source: string
  readonly binds: 'server' | 'client' | 'both'
  readonly level: string
  readonly text: string
  /** Why it is not met on purpose, or cannot apply. */
  readonly reason: string | undefined
  /** What is still missing although some test bears the id. */
  readonly missing: string | undefined
}

export interface Area {
  readonly title: string
  readonly clauses: readonly Clause[]
}

const BINDS: readonly string[] = ['server', 'client', 'both'] satisfies Clause['binds'][]
const NOT_YET = 'not yet: '
const LEVELS = ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY']

/** All clauses, by area, in the order of the register's files. */
export function readRegister(): Area[] {
  return filesUnder('tests/conformance/register').map((path) => parseArea(path, read(path)))
}

/** @throws {Error} naming the file and the line that is no row of the register */
export function parseArea(path: string, text: string): Area {
  const lines = text.trimEnd().split('\n')
  const title = lines[0]?.replace(/^# /, '') ?? ''
  const first = lines.findIndex((line) => line.startsWith('|---')) + 1
  if (first === 0) throw new Error(`${path} has no table`)
  return { title, clauses: lines.slice(first).map((line, index) => parseRow(line, `${path}:${first + index + 1}`)) }
}

function parseRow(line: string, place: string): Clause {
  const cells = line.split('|').map((cell) => cell.trim())
  const [, id = '', source = '', binds = '', level = '', text = '', reason = ''] = cells
  if (cells.length !== 8 || !id || !source || !text || !BINDS.includes(binds) || !LEVELS.includes(level))
    throw new Error(`${place} is no row of the register: ${line}`)
  const why = reason.startsWith(NOT_YET)
    ? { missing: reason.slice(NOT_YET.length), reason: undefined }
    : { missing: undefined, reason: reason || undefined }
  return { id, source, binds: binds as Clause['binds'], level, text, ...why }
}
