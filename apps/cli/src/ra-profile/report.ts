import type { RaProfile } from '@chancery/api'
import { EXIT } from '../exit-code.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { raProfileLines } from './lines.ts'

export function reportRaProfile(
  profile: RaProfile,
  { json }: { readonly json?: true | undefined },
  terminal: Terminal,
): number {
  terminal.out(json ? `${JSON.stringify(profile, null, 2)}\n` : `${raProfileLines(profile).join('\n')}\n`)
  return EXIT.ok.code
}
