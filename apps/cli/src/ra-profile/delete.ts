import { deleteRaProfile } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { findRaProfile } from './find.ts'

interface DeleteOptions {
  readonly server?: string
}

export const deleteRaProfileVerb: VerbDefinition<DeleteOptions> = {
  name: 'delete',
  summary: 'delete an RA profile that nothing uses',
  description:
    'Deletes an RA profile, for good. One that is the default RA profile of a SCEP profile, or for which SCEP is switched on, is not deleted, so that no device is cut off.',
  argument: { name: 'name', description: 'the RA profile' },
  options: [serverOption()],
  examples: ['chancery ra-profile delete printers'],
  next: 'its name may be given again; certificates that were issued through it stay valid.',
  async run({ server, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findRaProfile(client, name)
    await client.call(deleteRaProfile, { params: { uuid } })
    if (json) terminal.out(`${JSON.stringify({ uuid, name, deleted: true }, null, 2)}\n`)
    else terminal.out(`RA profile ${name} was deleted.\n`)
    return EXIT.ok.code
  },
}
