import { createUser } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import type { VerbDefinition } from '../verb.ts'
import { type GrantOptions, grantOptions, grantsOf, ROLES_TEXT } from './grant-options.ts'
import { reportUser } from './report.ts'

interface CreateOptions extends GrantOptions {
  readonly server?: string
  readonly displayName?: string
  readonly email?: string
}

export const createUserVerb: VerbDefinition<CreateOptions> = {
  name: 'create',
  summary: 'make a user',
  description:
    'Makes a user, who can do nothing until a one-time link or a password lets the person in. The name never changes, and is given to nobody else later: what was done is recorded under it.',
  argument: { name: 'name', description: 'what the user is called, in lower case: alice, or an e-mail address' },
  options: [
    ...grantOptions(),
    new Option('--display-name <text>', 'the name as people write it'),
    new Option('--email <address>', 'an e-mail address'),
    serverOption(),
  ],
  examples: [
    'chancery user create alice --role approver --display-name "Alice Example"',
    'chancery user create helpdesk --role operator --scep-profile printers phones',
  ],
  next: '"chancery user link NAME" prints a link that lets the person in once, to set a password.',
  epilogue: ROLES_TEXT,
  async run(options, terminal, name) {
    const grants = grantsOf(options)
    if (grants === undefined) throw new CliFailure('failed', 'Give --role: what the user may do.')
    const body = {
      name,
      grants,
      ...(options.displayName !== undefined && { displayName: options.displayName }),
      ...(options.email !== undefined && { email: options.email }),
    }
    const client = await connect(options.server, terminal)
    return reportUser(await client.call(createUser, { body }), 'made', options, terminal)
  },
}
