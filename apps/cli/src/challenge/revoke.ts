import { revokeChallenge } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { profileOption, uuidArgument } from './profile-option.ts'

interface RevokeOptions {
  readonly server?: string
  readonly profile: string
}

export const revokeChallengeVerb: VerbDefinition<RevokeOptions> = {
  name: 'revoke',
  summary: 'withdraw a challenge',
  description:
    'Withdraws a challenge: no new request is let in with it. Requests that took one of its uses before go on, and certificates that came of it stay valid. Withdrawing it again changes nothing.',
  argument: uuidArgument,
  options: [profileOption(), serverOption()],
  examples: ['chancery challenge revoke 019a0000-0000-7000-8000-000000000002 --profile factory'],
  next: '"chancery challenge show UUID" tells whether somebody used it before; "chancery certificate revoke" revokes what came of it.',
  async run({ server, profile, json }, terminal, challengeUuid) {
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, profile)
    await client.call(revokeChallenge, { params: { uuid, challengeUuid } })
    if (json) terminal.out(`${JSON.stringify({ revoked: challengeUuid }, null, 2)}\n`)
    else terminal.err('The challenge is revoked.\n')
    return EXIT.ok.code
  },
}
