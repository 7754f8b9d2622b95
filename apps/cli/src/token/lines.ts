import type { Token } from '@chancery/api'
import { printable } from '../terminal/printable.ts'
import { scopeText } from './scope-text.ts'

const HEAD = ['NAME', 'ROLE', 'PROFILES', 'STATE', 'EXPIRES', 'LAST USED', 'MADE BY', 'UUID']

/** A line a token under a line of headings, in columns; nothing at all where there is none. */
export function tokenTable(tokens: readonly Token[]): string[] {
  if (tokens.length === 0) return []
  const rows = [HEAD, ...tokens.map(cells)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function cells({ name, role, scope, state, expiresAt, lastUsedAt, maker, uuid }: Token): string[] {
  const times = [minute(expiresAt) ?? 'never', minute(lastUsedAt) ?? 'never']
  return [name, role, scopeText(scope), state, ...times, maker, uuid].map(printable)
}

/** `2026-03-01T12:00Z` */
function minute(time: string | null): string | undefined {
  return time?.replace(/:\d\d(\.\d+)?Z$/, 'Z')
}
