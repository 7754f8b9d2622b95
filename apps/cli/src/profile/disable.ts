import { disableScepProfile } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { insist, type YesOption, yesOption } from '../administration/yes-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { reportProfile } from './report.ts'

interface DisableOptions extends YesOption {
  readonly server?: string
}

export const disableProfileVerb: VerbDefinition<DisableOptions> = {
  name: 'disable',
  summary: 'disable a SCEP profile',
  description: 'Disables a SCEP profile: its devices are refused with a sentence that says so. Nothing of it is lost.',
  argument: { name: 'name', description: 'the profile' },
  options: [yesOption(), serverOption()],
  examples: ['chancery profile disable printers --yes'],
  next: '"chancery profile enable" takes it back.',
  async run({ server, yes, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, name)
    const params = { uuid }
    await insist({ yes }, terminal, () => client.call(disableScepProfile, { params, query: { dryRun: 'true' } }))
    await client.call(disableScepProfile, { params })
    return reportProfile(client, uuid, 'is disabled', { json }, terminal)
  },
}
