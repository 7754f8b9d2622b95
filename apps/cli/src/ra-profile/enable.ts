import { enableRaProfile } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { findRaProfile } from './find.ts'
import { reportRaProfile } from './report.ts'

interface EnableOptions {
  readonly server?: string
}

export const enableRaProfileVerb: VerbDefinition<EnableOptions> = {
  name: 'enable',
  summary: 'enable an RA profile',
  description: 'Enables an RA profile: its devices are served from the next request on.',
  argument: { name: 'name', description: 'the RA profile' },
  options: [serverOption()],
  examples: ['chancery ra-profile enable printers'],
  next: '"chancery ra-profile activate" switches SCEP on where it is off.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const profile = await findRaProfile(client, name)
    await client.call(enableRaProfile, { params: { uuid: profile.uuid } })
    return reportRaProfile({ ...profile, enabled: true }, { json }, terminal)
  },
}
