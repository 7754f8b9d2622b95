import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findUser } from './find.ts'
import { userLines } from './lines.ts'

interface ShowOptions {
  readonly server?: string
}

export const showUserVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'show one user',
  description: 'Shows what a user may do, and how the user signs in.',
  argument: { name: 'name', description: 'the user' },
  options: [serverOption()],
  examples: ['chancery user show alice', 'chancery user show alice --json'],
  next: '"chancery session list --user NAME" tells where the user is signed in.',
  async run({ server, json }, terminal, name) {
    const user = await findUser(await connect(server, terminal), name)
    terminal.out(json ? `${JSON.stringify(user, null, 2)}\n` : `${userLines(user).join('\n')}\n`)
    return EXIT.ok.code
  },
}
