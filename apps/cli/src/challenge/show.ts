import { getChallenge } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { challengeLines } from './lines.ts'
import { profileOption, uuidArgument } from './profile-option.ts'

interface ShowOptions {
  readonly server?: string
  readonly profile: string
}

export const showChallengeVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'show a challenge, and who used it',
  description:
    'Shows everything about a challenge but its text: what it is bound to, how many of its uses are left, who made it, and the transactions that took its uses, the newest ten.',
  argument: uuidArgument,
  options: [profileOption(), serverOption()],
  examples: ['chancery challenge show 019a0000-0000-7000-8000-000000000002'],
  next: '"chancery certificate show UUID" shows the certificate that came of it.',
  async run({ server, profile, json }, terminal, challengeUuid) {
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, profile)
    const challenge = await client.call(getChallenge, { params: { uuid, challengeUuid } })
    terminal.out(json ? `${JSON.stringify(challenge, null, 2)}\n` : `${challengeLines(challenge).join('\n')}\n`)
    return EXIT.ok.code
  },
}
