import { getAuthorityStatus } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { authorityArgument, findAuthority } from './find.ts'
import { statusLines } from './lines.ts'
import { reportAuthority } from './report.ts'

interface ShowOptions {
  readonly server?: string
}

export const showAuthorityVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'show an authority and the generations of its CA',
  description:
    'Shows every CA certificate that an authority has had, has and is about to have: state, key, validity and fingerprint. One in another house is asked whether it answers. --json has the certificates themselves as PEM.',
  argument: authorityArgument,
  options: [serverOption()],
  examples: ['chancery authority show', 'chancery authority show default --json'],
  next: '"chancery authority prepare-next" makes the CA that is to follow.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const authority = await findAuthority(client, name)
    const code = reportAuthority(authority, terminal, json)
    if (!json && authority.kind !== 'built-in') {
      const status = await client.call(getAuthorityStatus, { params: { uuid: authority.uuid } })
      terminal.out(`\n${statusLines(status).join('\n')}\n`)
    }
    return code
  },
}
