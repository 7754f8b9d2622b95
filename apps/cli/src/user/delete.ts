import { deleteUser, getUser } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { findUser } from './find.ts'
import { reportUser } from './report.ts'

interface DeleteOptions {
  readonly server?: string
}

export const deleteUserVerb: VerbDefinition<DeleteOptions> = {
  name: 'delete',
  summary: 'delete a user, for good',
  description:
    'Deletes a user and ends every session at once. What the user did stays recorded under the name, which is never given again.',
  argument: { name: 'name', description: 'the user' },
  options: [serverOption()],
  examples: ['chancery user delete alice'],
  next: '"chancery user set NAME --disable" instead keeps the user for later.',
  async run(options, terminal, name) {
    const client = await connect(options.server, terminal)
    const { uuid } = await findUser(client, name)
    await client.call(deleteUser, { params: { uuid } })
    return reportUser(await client.call(getUser, { params: { uuid } }), 'deleted', options, terminal)
  },
}
