import { endSessionsOfUser, revokeSession } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import { findUser } from '../user/find.ts'
import type { VerbDefinition } from '../verb.ts'

interface RevokeOptions {
  readonly server?: string
  readonly user?: string
}

export const revokeSessionVerb: VerbDefinition<RevokeOptions> = {
  name: 'revoke',
  summary: 'end a session, or all of a user, at once',
  description:
    'Ends a session, or with --user all that a user has: every server refuses them from the next request on.',
  argument: { name: 'uuid', description: 'the session, as "chancery session list" has it', optional: true },
  options: [new Option('--user <name>', 'all sessions of this user'), serverOption()],
  examples: [
    'chancery session revoke 019a0000-0000-7000-8000-000000000001',
    'chancery session revoke --user alice --json',
  ],
  next: '"chancery user set NAME --disable" keeps a user from signing in again.',
  async run({ server, user, json }, terminal, uuid) {
    if ((uuid === '') === (user === undefined)) {
      throw new CliFailure('failed', 'Give the UUID of a session, or --user for all of a user.')
    }
    const client = await connect(server, terminal)
    if (user === undefined) await client.call(revokeSession, { params: { uuid } })
    else await client.call(endSessionsOfUser, { params: { uuid: (await findUser(client, user)).uuid } })
    const ended = user === undefined ? { uuid } : { user }
    const what = user === undefined ? uuid : `all of ${user}`
    terminal.out(json ? `${JSON.stringify({ ended }, null, 2)}\n` : `ended: ${printable(what)}\n`)
    return EXIT.ok.code
  },
}
