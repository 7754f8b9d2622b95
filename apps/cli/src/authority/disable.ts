import { disableAuthority, getAuthority } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { insist, type YesOption, yesOption } from '../administration/yes-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { findAuthority } from './find.ts'
import { reportAuthority } from './report.ts'

interface DisableOptions extends YesOption {
  readonly server?: string
}

export const disableAuthorityVerb: VerbDefinition<DisableOptions> = {
  name: 'disable',
  summary: 'issue nothing through an authority for now',
  description:
    'Disables an authority: devices are refused with a sentence that says so. Its CRL and its CA certificates go on being published, and certificates can be revoked.',
  argument: { name: 'name', description: 'the authority' },
  options: [yesOption(), serverOption()],
  examples: ['chancery authority disable plant --yes'],
  next: '"chancery authority enable" takes it back.',
  async run({ server, yes, json }, terminal, name) {
    const client = await connect(server, terminal)
    const params = { uuid: (await findAuthority(client, name)).uuid }
    await insist({ yes }, terminal, () => client.call(disableAuthority, { params, query: { dryRun: 'true' } }))
    await client.call(disableAuthority, { params })
    return reportAuthority(await client.call(getAuthority, { params }), terminal, json)
  },
}
