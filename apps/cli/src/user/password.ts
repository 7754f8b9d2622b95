import { setUserPassword } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { readSecret } from '../terminal/secret-input.ts'
import type { VerbDefinition } from '../verb.ts'
import { findUser } from './find.ts'
import { reportUser } from './report.ts'

interface PasswordOptions {
  readonly server?: string
  readonly file?: string
  readonly none?: true
}

export const passwordUserVerb: VerbDefinition<PasswordOptions> = {
  name: 'password',
  summary: 'set the password of a user, or take it away',
  description:
    'Sets the password of a user and ends every session of this user. It is read from a file or from standard input, never from the command line, where everybody on this machine could see it.',
  argument: { name: 'name', description: 'the user' },
  options: [
    new Option('--file <path>', 'a file with the password in one line; - for standard input'),
    new Option('--none', 'no password signs the user in'),
    serverOption(),
  ],
  examples: ['chancery user password alice --file -', 'chancery user password alice --none'],
  next: '"chancery user link NAME" lets the person choose a password that nobody else knows.',
  async run(options, terminal, name) {
    const { file, none } = options
    if ((file === undefined) === (none === undefined)) throw new CliFailure('failed', 'Give --file or --none.')
    const password = file === undefined ? null : await readSecret(file, terminal)
    const client = await connect(options.server, terminal)
    const user = await findUser(client, name)
    await client.call(setUserPassword, { params: { uuid: user.uuid }, body: { password } })
    const what = password === null ? 'without a password now' : 'password set'
    return reportUser({ ...user, hasPassword: password !== null }, what, options, terminal)
  },
}
