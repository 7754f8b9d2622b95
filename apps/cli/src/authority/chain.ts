import { getCaChain } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { authorityArgument, findAuthority } from './find.ts'

interface ChainOptions {
  readonly server?: string
}

export const chainVerb: VerbDefinition<ChainOptions> = {
  name: 'chain',
  summary: 'print the CA certificate and those above it',
  description: 'Prints the current CA certificate of an authority and the ones above it, up to the root, as PEM.',
  argument: authorityArgument,
  options: [serverOption()],
  examples: ['chancery authority chain > trust.pem', 'chancery authority chain issuing --json'],
  next: '"openssl verify -CAfile trust.pem cert.pem" verifies a certificate of it.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findAuthority(client, name)
    const chain = await client.call(getCaChain, { params: { uuid } })
    terminal.out(json ? `${JSON.stringify({ uuid, chain }, null, 2)}\n` : chain)
    return EXIT.ok.code
  },
}
