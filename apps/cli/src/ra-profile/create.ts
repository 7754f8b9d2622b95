import { createRaProfile } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { findAuthority } from '../authority/find.ts'
import type { VerbDefinition } from '../verb.ts'
import { reportRaProfile } from './report.ts'

interface CreateOptions {
  readonly server?: string
  readonly authority: string
  readonly description?: string
  readonly enable?: true
}

export const createRaProfileVerb: VerbDefinition<CreateOptions> = {
  name: 'create',
  summary: 'make an RA profile',
  description:
    'Makes an RA profile of an authority, with the usual rules about subjects and keys. It is disabled unless --enable is given; "ra-profile set" has the other settings.',
  argument: { name: 'name', description: 'part of its URL, and never changed' },
  options: [
    new Option('--authority <name>', 'the authority that issues').default('default'),
    new Option('--description <text>', 'a description'),
    new Option('--enable', 'enable it at once'),
    serverOption(),
  ],
  examples: ['chancery ra-profile create printers --authority plant --enable'],
  next: '"chancery ra-profile activate NAME --profile SCEP-PROFILE" lets devices enrol with it.',
  async run({ server, authority, description, enable, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid: authorityUuid } = await findAuthority(client, authority)
    const made = await client.call(createRaProfile, {
      params: { authorityUuid },
      body: { name, enabled: enable === true, ...(description !== undefined && { description }) },
    })
    return reportRaProfile(made, { json }, terminal)
  },
}
