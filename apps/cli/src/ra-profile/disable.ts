import { disableRaProfile } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { insist, type YesOption, yesOption } from '../administration/yes-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { findRaProfile } from './find.ts'
import { reportRaProfile } from './report.ts'

interface DisableOptions extends YesOption {
  readonly server?: string
}

export const disableRaProfileVerb: VerbDefinition<DisableOptions> = {
  name: 'disable',
  summary: 'disable an RA profile',
  description:
    'Disables an RA profile: devices that come to it by any address are refused with a sentence that says so.',
  argument: { name: 'name', description: 'the RA profile' },
  options: [yesOption(), serverOption()],
  examples: ['chancery ra-profile disable printers --yes'],
  next: '"chancery ra-profile enable" takes it back.',
  async run({ server, yes, json }, terminal, name) {
    const client = await connect(server, terminal)
    const profile = await findRaProfile(client, name)
    const params = { uuid: profile.uuid }
    await insist({ yes }, terminal, () => client.call(disableRaProfile, { params, query: { dryRun: 'true' } }))
    await client.call(disableRaProfile, { params })
    return reportRaProfile({ ...profile, enabled: false }, { json }, terminal)
  },
}
