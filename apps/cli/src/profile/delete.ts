import { ApiError, deleteScepProfile, forceDeleteScepProfiles } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { insist, type YesOption, yesOption } from '../administration/yes-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'

interface DeleteOptions extends YesOption {
  readonly server?: string
  readonly force?: true
}

export const deleteProfileVerb: VerbDefinition<DeleteOptions> = {
  name: 'delete',
  summary: 'delete a SCEP profile',
  description:
    'Deletes a SCEP profile, its challenge and its keys, for good. One with which SCEP is switched on for RA profiles is not deleted unless with --force, which switches it off there first.',
  argument: { name: 'name', description: 'the profile' },
  options: [
    new Option('--force', 'also where RA profiles use it: SCEP is switched off there first'),
    yesOption(),
    serverOption(),
  ],
  examples: ['chancery profile delete printers --yes', 'chancery profile delete printers --force --yes'],
  next: 'its name may be given again; certificates that were issued through it stay valid.',
  async run({ server, force, yes, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, name)
    if (force) {
      await insist({ yes }, terminal, async () => ({
        consequences: [`Nothing answers any more at the addresses that SCEP profile "${name}" serves.`],
      }))
      const [failed] = await client.call(forceDeleteScepProfiles, { body: [uuid] })
      if (failed !== undefined) throw new CliFailure('failed', failed.message)
    } else {
      const params = { uuid }
      await hinting(() =>
        insist({ yes }, terminal, () => client.call(deleteScepProfile, { params, query: { dryRun: 'true' } })),
      )
      await client.call(deleteScepProfile, { params })
    }
    if (json) terminal.out(`${JSON.stringify({ uuid, name, deleted: true }, null, 2)}\n`)
    else terminal.out(`SCEP profile ${name} was deleted.\n`)
    return EXIT.ok.code
  },
}

async function hinting(call: () => Promise<void>): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 422) throw error
    throw new CliFailure('failed', error.message, { nextStep: 'Or add --force.', cause: error })
  }
}
