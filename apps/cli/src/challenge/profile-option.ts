import { Option } from 'commander'

/** Challenges are those of one profile. */
export function profileOption(): Option {
  return new Option('--profile <name>', 'SCEP profile that it opens').default('default')
}

export const uuidArgument = { name: 'uuid', description: 'of the challenge, as "challenge list" prints it' } as const
