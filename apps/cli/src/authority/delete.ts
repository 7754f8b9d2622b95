import { deleteAuthority } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { insist, type YesOption, yesOption } from '../administration/yes-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findAuthority } from './find.ts'

interface DeleteOptions extends YesOption {
  readonly server?: string
}

export const deleteAuthorityVerb: VerbDefinition<DeleteOptions> = {
  name: 'delete',
  summary: 'delete an authority that is not used',
  description:
    'Deletes an authority and destroys its keys, for good. One that an RA profile uses, or of which a device has a certificate, is not deleted: disable it.',
  argument: { name: 'name', description: 'the authority' },
  options: [yesOption(), serverOption()],
  examples: ['chancery authority delete plant --yes'],
  next: 'its name may be given again.',
  async run({ server, yes, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findAuthority(client, name)
    const params = { uuid }
    await insist({ yes }, terminal, () => client.call(deleteAuthority, { params, query: { dryRun: 'true' } }))
    await client.call(deleteAuthority, { params })
    if (json) terminal.out(`${JSON.stringify({ uuid, name, deleted: true }, null, 2)}\n`)
    else terminal.out(`Authority ${name} was deleted.\n`)
    return EXIT.ok.code
  },
}
