import { type Client, listScepProfiles, type ScepProfile } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'

/** The SCEP profile of a name. */
export async function findProfile(client: Client, name: string): Promise<ScepProfile> {
  const profiles = await client.call(listScepProfiles, {})
  const profile = profiles.find((candidate) => candidate.name === name)
  if (profile !== undefined) return profile
  throw new CliFailure('failed', `There is no SCEP profile "${name}".`, {
    nextStep: `There are: ${profiles.map((candidate) => candidate.name).join(', ')}.`,
  })
}
