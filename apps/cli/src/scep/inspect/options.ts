import { COMPATIBILITY } from '@chancery/scep'
import { InvalidArgumentError, Option } from 'commander'

export interface InspectVerbOptions {
  readonly key?: string
  readonly ca?: string
  readonly challengeFile?: string
  readonly profile?: readonly string[]
  readonly showSecrets?: true
  readonly brief?: true
}

const PROFILES = Object.keys(COMPATIBILITY)

export const INSPECT_OPTIONS: readonly Option[] = [
  new Option('--key <file>', "private key that opens it, PEM: the RA's for a request, the device's for a reply"),
  new Option('--ca <file>', 'certificates of the server, PEM: to whom a request goes, who signed a reply'),
  new Option('--challenge-file <file>', 'challenge that opens an envelope under a password; - for standard input'),
  new Option(
    '--profile <name>',
    `judge by this compatibility profile only; may be repeated (${PROFILES.join(', ')})`,
  ).argParser(collectProfile),
  new Option('--show-secrets', 'show challenges, and what was decrypted and cannot be read'),
  new Option('--brief', 'leave the tree out'),
]

function collectProfile(name: string, before: readonly string[] = []): readonly string[] {
  if (!PROFILES.includes(name)) throw new InvalidArgumentError(`Use one of ${PROFILES.join(', ')}.`)
  return [...before, name]
}
