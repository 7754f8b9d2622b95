import { deactivateScep } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { insist, type YesOption, yesOption } from '../administration/yes-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { findRaProfile } from './find.ts'
import { reportRaProfile } from './report.ts'

interface DeactivateOptions extends YesOption {
  readonly server?: string
}

export const deactivateScepVerb: VerbDefinition<DeactivateOptions> = {
  name: 'deactivate',
  summary: 'switch SCEP off for an RA profile',
  description:
    'Switches SCEP off for an RA profile: nothing answers at its URL any more. Devices that come to it through the URL of a SCEP profile go on.',
  argument: { name: 'name', description: 'the RA profile' },
  options: [yesOption(), serverOption()],
  examples: ['chancery ra-profile deactivate printers --yes'],
  next: '"chancery ra-profile activate" switches it on again.',
  async run({ server, yes, json }, terminal, name) {
    const client = await connect(server, terminal)
    const profile = await findRaProfile(client, name)
    const params = { authorityUuid: profile.authorityInstanceUuid, raProfileUuid: profile.uuid }
    await insist({ yes }, terminal, () => client.call(deactivateScep, { params, query: { dryRun: 'true' } }))
    await client.call(deactivateScep, { params })
    return reportRaProfile({ ...profile, enabledProtocols: [] }, { json }, terminal)
  },
}
