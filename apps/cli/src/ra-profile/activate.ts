import { activateScep } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { insist, type YesOption, yesOption } from '../administration/yes-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findRaProfile } from './find.ts'

interface ActivateOptions extends YesOption {
  readonly server?: string
  readonly profile: string
}

export const activateScepVerb: VerbDefinition<ActivateOptions> = {
  name: 'activate',
  summary: 'switch SCEP on for an RA profile',
  description:
    'Switches SCEP on for an RA profile with a SCEP profile, and prints the URL for its devices. Where the SCEP profile has no RA certificate of the authority yet, one is issued.',
  argument: { name: 'name', description: 'the RA profile' },
  options: [
    new Option('--profile <name>', 'the SCEP profile with which it is switched on').default('default'),
    yesOption(),
    serverOption(),
  ],
  examples: ['chancery ra-profile activate printers --profile default'],
  next: '"chancery scep ca URL" shows the certificates that devices get there.',
  async run({ server, profile, yes, json }, terminal, name) {
    const client = await connect(server, terminal)
    const raProfile = await findRaProfile(client, name)
    const { uuid: scepProfileUuid } = await findProfile(client, profile)
    const authorityUuid = raProfile.authorityInstanceUuid
    const params = { authorityUuid, raProfileUuid: raProfile.uuid, scepProfileUuid }
    await insist({ yes }, terminal, () => client.call(activateScep, { params, query: { dryRun: 'true' } }))
    const activation = await client.call(activateScep, { params })
    terminal.out(json ? `${JSON.stringify(activation, null, 2)}\n` : `${activation.url}\n`)
    return EXIT.ok.code
  },
}
