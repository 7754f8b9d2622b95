import type { Finding, FindingLevel, Inspection, SummaryLine, Verdict } from '@chancery/scep'
import { type Paint, painter, type Style } from '../../terminal/paint.ts'
import { printable } from '../../terminal/printable.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { wrap } from '../../terminal/wrap.ts'
import { treeLines } from './tree.ts'

const WIDTH = 80
const WIDEST = 120

/** An inspection for people: what it is, the tree, the clauses, and the verdict at the end, where the eye rests. */
export function inspectionText(
  inspection: Inspection,
  { columns = WIDTH, colour }: Pick<Terminal, 'columns' | 'colour'>,
  { brief = false }: { brief?: boolean } = {},
): string {
  const width = Math.max(40, Math.min(columns, WIDEST))
  const paint = painter(colour)
  const { title, summary, tree, looksLike, findings, verdicts, encoding } = inspection
  const sections = [
    wrap(printable(title), width).map((line) => paint('bold', line)),
    summaryLines(summary, width, paint),
    brief ? [] : treeLines(tree, width, paint),
    looksLike.flatMap(({ name, because }) => wrap(`Looks like ${name}, because ${because}.`, width)),
    clauseLines(findings, width, paint),
    verdictLines(verdicts, width, paint),
    wrap(conclusion(inspection), width).map((line) => paint('bold', line)),
  ]
  const [head = [], ...rest] = sections
  const captured = encoding === 'binary' ? [] : [paint('dim', `captured as ${ENCODINGS[encoding]}`)]
  return `${[[...head, ...captured], ...rest]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** The same for scripts. Whatever could steer a terminal is written as an escape, which JSON has for everything. */
export function inspectionJson(inspection: Inspection): string {
  const { findings } = inspection
  const counted = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length
  const { tree, ...rest } = inspection
  const text = JSON.stringify({ ...rest, broken: counted('broken'), warnings: counted('warning'), tree }, null, 2)
  const safe = text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
  return `${safe}\n`
}

function summaryLines(summary: readonly SummaryLine[], width: number, paint: Paint): string[] {
  const room = Math.max(0, ...summary.map(({ label }) => label.length))
  return summary.flatMap(({ label, value }) =>
    wrap(printable(value), Math.max(20, width - room - 4)).map((line, index) =>
      index === 0 ? `  ${paint('cyan', label.padEnd(room))}  ${line}` : `${' '.repeat(room + 4)}${line}`,
    ),
  )
}

const ENCODINGS: Readonly<Record<Inspection['encoding'], string>> = {
  binary: 'octets',
  pem: 'PEM',
  base64: 'base64',
  hexadecimal: 'hexadecimal digits',
  url: 'the URL of a GET',
  text: 'text',
}

const STYLES: Readonly<Record<FindingLevel, Style>> = { broken: 'red', warning: 'yellow', note: 'dim' }

function clauseLines(findings: readonly Finding[], width: number, paint: Paint): string[] {
  if (findings.length === 0) return []
  const idWidth = Math.max(...findings.map(({ clause }) => clause.length))
  const lines = findings.flatMap(({ clause, level, sentence, where }) => {
    const indent = 11 + idWidth + 2
    const [first = '', ...more] = wrap(printable(`${sentence} [${where}]`), Math.max(20, width - indent))
    return [
      `  ${paint(STYLES[level], level.padEnd(7))}  ${clause.padEnd(idWidth)}  ${first}`,
      ...more.map((line) => `${' '.repeat(indent)}${line}`),
    ]
  })
  return [paint('bold', 'Clauses'), ...lines]
}

/** Profiles that would do the same are told together. */
function verdictLines(verdicts: readonly Verdict[], width: number, paint: Paint): string[] {
  if (verdicts.length === 0) return []
  const groups = new Map<string, Verdict[]>()
  for (const verdict of verdicts) {
    const key = `${verdict.outcome} ${verdict.sentence}`
    groups.set(key, [...(groups.get(key) ?? []), verdict])
  }
  const lines = [...groups.values()].flatMap((same) => {
    const [one] = same as [Verdict]
    const style = one.outcome === 'refused' ? 'red' : 'green'
    const who = one.reader === 'client' ? ["chancery's client"] : same.map(({ profile = '' }) => profile)
    const head = `${who.join(', ')}: ${one.outcome}${one.complete ? '' : ', as far as can be seen'}`
    const heads = wrap(head, width - 2).map((line) => `  ${paint(style, line)}`)
    return [...heads, ...wrap(printable(one.sentence), width - 6).map((line) => `      ${line}`)]
  })
  const title =
    verdicts[0]?.reader === 'client'
      ? 'What a client would do with it'
      : 'What a server would do with it, by compatibility profile'
  return [paint('bold', title), ...lines]
}

function conclusion({ kind, findings, verdicts }: Inspection): string {
  if (kind === 'private-key') return 'Keep it to yourself: this is a private key.'
  const broken = new Set(findings.filter(({ level }) => level === 'broken').map(({ clause }) => clause))
  const clauses =
    broken.size === 0
      ? 'It breaks no clause that can be seen'
      : `It breaks ${broken.size} clause${broken.size === 1 ? '' : 's'}`
  const served = verdicts.filter(({ outcome, reader }) => reader === 'server' && outcome !== 'refused').length
  const profiles = verdicts.filter(({ reader }) => reader === 'server').length
  if (profiles === 0) return `${clauses}.`
  if (profiles === served) return `${clauses}, and ${profiles === 1 ? 'the profile' : 'every profile'} would answer it.`
  if (served === 0) return `${clauses}, and ${profiles === 1 ? 'the profile refuses' : 'every profile refuses'} it.`
  return `${clauses}; ${served} of ${profiles} profiles would answer it.`
}
