import { type Client, listRaProfiles, type RaProfile } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'

export const raProfileArgument = {
  name: 'name',
  description: 'the RA profile (default: "default")',
  optional: true,
} as const

/** The RA profile of a name. */
export async function findRaProfile(client: Client, name: string): Promise<RaProfile> {
  const profiles = await client.call(listRaProfiles, {})
  const profile = profiles.find((candidate) => candidate.name === name)
  if (profile !== undefined) return profile
  throw new CliFailure('failed', `There is no RA profile "${name}".`, {
    nextStep: `There are: ${profiles.map((candidate) => candidate.name).join(', ')}.`,
  })
}
