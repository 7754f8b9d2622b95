import { type AuthorityUpdate, updateAuthority } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { authorityArgument, findAuthority } from './find.ts'
import { reportAuthority } from './report.ts'
import { readSettings, SETTING_OPTIONS, type SettingOptions } from './setting-values.ts'

interface SetOptions extends SettingOptions {
  readonly server?: string
  readonly description?: string
}

export const setAuthorityVerb: VerbDefinition<SetOptions> = {
  name: 'set',
  summary: 'change description and settings of an authority',
  description:
    'Changes what is named and leaves the rest as it is. URLs count for certificates issued from then on, the validity of a CRL from the next one on.',
  argument: authorityArgument,
  options: [
    new Option('--description <text>', 'a description; empty to remove it'),
    ...SETTING_OPTIONS,
    serverOption(),
  ],
  examples: [
    'chancery authority set --setting crlValidityDays=3',
    "chancery authority set plant --setting 'crlUrl=http://crl.example.com/plant/{generation}.crl' caIssuersUrl=off",
    'chancery authority set plant --setting crlUrl=   # the default again',
  ],
  next: '"chancery authority show" shows the result.',
  async run(options, terminal, name) {
    const { server, description, setting, secret, json } = options
    const client = await connect(server, terminal)
    const { uuid, kind, settings } = await findAuthority(client, name)
    const hasSettings = setting !== undefined || secret !== undefined
    const body: AuthorityUpdate = {
      ...(description !== undefined && { description: description === '' ? null : description }),
      ...(hasSettings && { settings: await readSettings(client, kind, options, terminal, settings) }),
    }
    return reportAuthority(await client.call(updateAuthority, { params: { uuid }, body }), terminal, json)
  },
}
