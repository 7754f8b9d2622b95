import { activateNextCa } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { authorityArgument, findAuthority } from './find.ts'
import { reportAuthority } from './report.ts'

interface ActivateOptions {
  readonly server?: string
}

export const activateNextVerb: VerbDefinition<ActivateOptions> = {
  name: 'activate-next',
  summary: 'let the next CA take over now, for good',
  description:
    'The next CA becomes the current one and the current one retires; there is no way back. From the next request on GetCACert shows the new CA and RA. The former RA certificate goes on opening messages, and the former CA goes on making its CRL.',
  argument: authorityArgument,
  options: [serverOption()],
  examples: ['chancery authority activate-next', 'chancery authority activate-next default --json'],
  next: 'give people and MDM systems the new fingerprint; "chancery authority show" prints it.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findAuthority(client, name)
    return reportAuthority(await client.call(activateNextCa, { params: { uuid } }), terminal, json)
  },
}
