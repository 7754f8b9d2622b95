import type { Authority } from '@chancery/api'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { authorityLines } from './lines.ts'

/** An authority as it is now, for people or for scripts. */
export function reportAuthority(authority: Authority, terminal: Terminal, json: boolean | undefined): number {
  for (const warning of authority.warnings ?? []) terminal.err(`warning: ${printable(warning)}\n`)
  terminal.out(json ? `${JSON.stringify(authority, null, 2)}\n` : `${authorityLines(authority).join('\n')}\n`)
  return EXIT.ok.code
}
