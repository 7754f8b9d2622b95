import { readFile } from 'node:fs/promises'
import { CHALLENGE_LIMITS } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { parseCsv } from './csv.ts'

/** For whom one challenge among many is. */
export interface Wish {
  readonly subject?: string
  readonly subjectAltNames?: string[]
}

/** From a file, or from standard input for `-`. */
export async function readWishes(source: string, terminal: Terminal): Promise<Wish[]> {
  const text = source === '-' ? await terminal.readStdin() : await readFile(source, 'utf8')
  const wishes = parseWishes(text)
  if (wishes.length === 0) throw new CliFailure('failed', `There is no subject in ${source}.`)
  const { maximum } = CHALLENGE_LIMITS.challenges
  if (wishes.length > maximum) {
    throw new CliFailure(
      'failed',
      `There are ${wishes.length} subjects in ${source}; one call makes at most ${maximum}.`,
      {
        nextStep: 'Split the file: what one call makes is made as a whole or not at all.',
      },
    )
  }
  return wishes
}

/**
 * CSV with a header that names `subject`, and `subjectAltNames` with blanks between the names; else a line for each:
 * `CN=printer1,O=Example; DNS:printer1.example`. A semicolon cannot stand in a distinguished name unescaped (RFC 4514 §2.4).
 */
export function parseWishes(text: string): Wish[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const first = lines.find(isContent) ?? ''
  return first.includes('=') ? lines.filter(isContent).map(fromLine) : fromCsv(text)
}

function isContent(line: string): boolean {
  return line.trim() !== '' && !line.trimStart().startsWith('#')
}

function fromLine(line: string): Wish {
  const [subject = '', ...names] = line.split(/(?<!\\);/).map((part) => part.trim())
  return wish(
    subject,
    names.filter((name) => name !== ''),
  )
}

const NAMES = ['subjectaltnames', 'subjectaltname', 'san', 'sans']

function fromCsv(text: string): Wish[] {
  const [header = [], ...rows] = parseCsv(text)
  const columns = header.map((name) => name.trim().toLowerCase())
  const unknown = header.filter((_, at) => columns[at] !== 'subject' && !NAMES.includes(columns[at] ?? ''))
  if (rows.length > 0 && (!columns.includes('subject') || unknown.length > 0)) {
    throw new CliFailure('failed', 'The header of the CSV must be "subject" or "subject,subjectAltNames".')
  }
  const [subjectAt, namesAt] = [columns.indexOf('subject'), columns.findIndex((name) => NAMES.includes(name))]
  return rows.map((row) =>
    wish(
      row[subjectAt]?.trim() ?? '',
      (row[namesAt] ?? '').split(/\s+/).filter((name) => name !== ''),
    ),
  )
}

/** An empty subject is any subject; names that are left out are none, as for a challenge for one subject. */
function wish(subject: string, names: string[]): Wish {
  return { ...(subject !== '' && { subject }), ...(names.length > 0 && { subjectAltNames: names }) }
}
