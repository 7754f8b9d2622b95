import { enableAuthority, getAuthority } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { findAuthority } from './find.ts'
import { reportAuthority } from './report.ts'

interface EnableOptions {
  readonly server?: string
}

export const enableAuthorityVerb: VerbDefinition<EnableOptions> = {
  name: 'enable',
  summary: 'let devices enrol through an authority again',
  description: 'Enables an authority that was disabled. It counts from the next request on.',
  argument: { name: 'name', description: 'the authority' },
  options: [serverOption()],
  examples: ['chancery authority enable plant'],
  next: '"chancery authority show" shows it.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const params = { uuid: (await findAuthority(client, name)).uuid }
    await client.call(enableAuthority, { params })
    return reportAuthority(await client.call(getAuthority, { params }), terminal, json)
  },
}
