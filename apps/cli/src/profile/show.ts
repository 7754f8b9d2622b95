import { getCompatibility } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { profileLines } from './lines.ts'

interface ShowOptions {
  readonly server?: string
  readonly profile?: string
}

export const showProfileVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'show a SCEP profile and its compatibility switches',
  description:
    'Shows the settings of a SCEP profile and every compatibility switch with its value; * marks those that differ from the compatibility profile. Secrets are never shown.',
  argument: { name: 'name', description: 'the profile (default: "default")', optional: true },
  options: [new Option('--profile <name>', 'the same as the argument').hideHelp(), serverOption()],
  examples: ['chancery profile show', 'chancery profile show factory --json'],
  next: '"chancery profile set" changes it.',
  async run({ server, profile: option, json }, terminal, argument) {
    const client = await connect(server, terminal)
    const profile = await findProfile(client, argument || option || 'default')
    const compatibility = await client.call(getCompatibility, { params: { uuid: profile.uuid } })
    if (json) terminal.out(`${JSON.stringify({ ...profile, compatibility }, null, 2)}\n`)
    else terminal.out(`${profileLines(profile, compatibility).join('\n')}\n`)
    for (const warning of profile.warnings) terminal.err(`warning: ${warning}\n`)
    return EXIT.ok.code
  },
}
