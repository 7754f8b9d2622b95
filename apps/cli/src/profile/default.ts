import { makeDefaultScepProfile } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { insist, type YesOption, yesOption } from '../administration/yes-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { reportProfile } from './report.ts'

interface DefaultOptions extends YesOption {
  readonly server?: string
}

export const defaultProfileVerb: VerbDefinition<DefaultOptions> = {
  name: 'default',
  summary: 'let a SCEP profile answer the usual addresses',
  description: 'Makes a SCEP profile, and no other, answer /scep, /cgi-bin/pkiclient.exe and /certsrv/mscep/mscep.dll.',
  argument: { name: 'name', description: 'the profile' },
  options: [yesOption(), serverOption()],
  examples: ['chancery profile default printers --yes'],
  next: '"chancery profile list" marks it.',
  async run({ server, yes, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, name)
    const params = { uuid }
    await insist({ yes }, terminal, () => client.call(makeDefaultScepProfile, { params, query: { dryRun: 'true' } }))
    await client.call(makeDefaultScepProfile, { params })
    return reportProfile(client, uuid, 'answers the usual addresses', { json }, terminal)
  },
}
