import { withdrawNextCa } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { authorityArgument, findAuthority } from './find.ts'
import { reportAuthority } from './report.ts'

interface WithdrawOptions {
  readonly server?: string
}

export const withdrawNextVerb: VerbDefinition<WithdrawOptions> = {
  name: 'withdraw-next',
  summary: 'take a prepared CA back',
  description:
    'Takes back a next CA that has issued nothing to a device yet. Devices that have fetched it may still trust it; messages that they encrypt to its RA are opened, and the current CA answers them.',
  argument: authorityArgument,
  options: [serverOption()],
  examples: ['chancery authority withdraw-next', 'chancery authority withdraw-next default --json'],
  next: '"chancery authority prepare-next" makes another one.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findAuthority(client, name)
    return reportAuthority(await client.call(withdrawNextCa, { params: { uuid } }), terminal, json)
  },
}
