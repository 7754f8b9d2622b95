import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findRaProfile, raProfileArgument } from './find.ts'
import { raProfileLines } from './lines.ts'

interface ShowOptions {
  readonly server?: string
}

export const showRaProfileVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'show an RA profile',
  description: 'Shows what the certificates of an RA profile look like, and whether a person must agree to them.',
  argument: raProfileArgument,
  options: [serverOption()],
  examples: ['chancery ra-profile show', 'chancery ra-profile show default --json'],
  next: '"chancery ra-profile set" changes it.',
  async run({ server, json }, terminal, argument) {
    const profile = await findRaProfile(await connect(server, terminal), argument || 'default')
    terminal.out(json ? `${JSON.stringify(profile, null, 2)}\n` : `${raProfileLines(profile).join('\n')}\n`)
    return EXIT.ok.code
  },
}
