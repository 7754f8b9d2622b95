import type { User } from '@chancery/api'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { GlobalOptions } from '../verb.ts'

/** In one line what became of a user, or all of the user for a script. */
export function reportUser(user: User, what: string, { json }: GlobalOptions, terminal: Terminal): number {
  terminal.out(json ? `${JSON.stringify(user, null, 2)}\n` : `${what}: ${printable(user.name)} (${user.uuid})\n`)
  return EXIT.ok.code
}
