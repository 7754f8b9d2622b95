import { type UserUpdate, updateUser } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import type { VerbDefinition } from '../verb.ts'
import { findUser } from './find.ts'
import { type GrantOptions, grantOptions, grantsOf, ROLES_TEXT } from './grant-options.ts'
import { reportUser } from './report.ts'

interface SetOptions extends GrantOptions {
  readonly server?: string
  readonly displayName?: string
  readonly email?: string
  readonly enable?: true
  readonly disable?: true
}

export const setUserVerb: VerbDefinition<SetOptions> = {
  name: 'set',
  summary: 'change what a user may do, or whether the user may sign in',
  description:
    'Changes a user; what is not named stays. A role takes the place of all that the user had. It counts from the next request on: whoever is disabled is signed out everywhere at once.',
  argument: { name: 'name', description: 'the user' },
  options: [
    ...grantOptions(),
    new Option('--display-name <text>', 'the name as people write it; empty: none'),
    new Option('--email <address>', 'an e-mail address; empty: none'),
    new Option('--enable', 'the user may sign in'),
    new Option('--disable', 'the user may not sign in, and every session ends'),
    serverOption(),
  ],
  examples: ['chancery user set alice --role operator', 'chancery user set alice --disable'],
  next: '"chancery user show NAME" shows the user as it is now.',
  epilogue: ROLES_TEXT,
  async run(options, terminal, name) {
    const body = changeOf(options)
    if (Object.keys(body).length === 0) throw new CliFailure('failed', 'There is nothing to change: see --help.')
    const client = await connect(options.server, terminal)
    const { uuid } = await findUser(client, name)
    return reportUser(await client.call(updateUser, { params: { uuid }, body }), 'changed', options, terminal)
  },
}

function changeOf({ displayName, email, enable, disable, ...grant }: SetOptions): UserUpdate {
  if (enable && disable) throw new CliFailure('failed', 'Give --enable or --disable, not both.')
  const grants = grantsOf(grant)
  return {
    ...(grants !== undefined && { grants }),
    ...(displayName !== undefined && { displayName: displayName === '' ? null : displayName }),
    ...(email !== undefined && { email: email === '' ? null : email }),
    ...(enable && { enabled: true }),
    ...(disable && { enabled: false }),
  }
}
