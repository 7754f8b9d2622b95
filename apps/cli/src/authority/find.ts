import { type Authority, type Client, listAuthorities } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'

export const authorityArgument = {
  name: 'name',
  description: 'the authority (default: "default")',
  optional: true,
} as const

export async function findAuthority(client: Client, name: string): Promise<Authority> {
  const wanted = name || 'default'
  const authorities = await client.call(listAuthorities, {})
  const authority = authorities.find((candidate) => candidate.name === wanted)
  if (authority !== undefined) return authority
  throw new CliFailure('failed', `There is no authority "${wanted}".`, {
    nextStep: `There are: ${authorities.map((candidate) => candidate.name).join(', ')}.`,
  })
}
