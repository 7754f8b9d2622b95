import { createSignInLink } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import type { VerbDefinition } from '../verb.ts'
import { findUser } from './find.ts'

interface LinkOptions {
  readonly server?: string
}

export const linkUserVerb: VerbDefinition<LinkOptions> = {
  name: 'link',
  summary: 'make a link that lets a user in once, to set a password',
  description:
    'Prints a link that signs the user in once within 24 hours, for an hour, in which a password can be set. It is shown this once, and an earlier one that was not used is void. Beside the server it works also when nobody can sign in any more.',
  argument: { name: 'name', description: 'the user, such as admin' },
  options: [serverOption()],
  examples: ['chancery user link admin', 'chancery user link alice --json'],
  next: 'give the link to the person, in a way that nobody else reads.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findUser(client, name)
    const link = await client.call(createSignInLink, { params: { uuid } })
    if (json) {
      terminal.out(`${JSON.stringify(link, null, 2)}\n`)
      return EXIT.ok.code
    }
    terminal.out(`${link.url}\n`)
    terminal.err(`It lets ${printable(name)} in once, until ${link.expiresAt}. It is not shown again.\n`)
    return EXIT.ok.code
  },
}
