import { enableScepProfile } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { reportProfile } from './report.ts'

interface EnableOptions {
  readonly server?: string
}

export const enableProfileVerb: VerbDefinition<EnableOptions> = {
  name: 'enable',
  summary: 'enable a SCEP profile',
  description: 'Enables a SCEP profile: its devices are served from the next request on.',
  argument: { name: 'name', description: 'the profile' },
  options: [serverOption()],
  examples: ['chancery profile enable printers'],
  next: 'what still keeps its addresses from being served is said here, and by "chancery profile show".',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, name)
    await client.call(enableScepProfile, { params: { uuid } })
    return reportProfile(client, uuid, 'is enabled', { json }, terminal)
  },
}
