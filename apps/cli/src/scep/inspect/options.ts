import { COMPATIBILITY } from '@chancery/scep'
import { Option } from 'commander'

export interface InspectVerbOptions {
  readonly key?: string
  readonly ca?: string
  readonly challengeFile?: string
  readonly profile?: readonly string[]
  readonly showSecrets?: true
  readonly brief?: true
}

export const INSPECT_OPTIONS: readonly Option[] = [
  new Option('--key <file>', "private key that opens it, PEM: the RA's for a request, the device's for a reply"),
  new Option('--ca <file>', 'certificates of the server, PEM: to whom a request goes, who signed a reply'),
  new Option('--challenge-file <file>', 'challenge that opens an envelope under a password; - for standard input'),
  new Option('--profile <names...>', 'judge by these compatibility profiles only').choices(Object.keys(COMPATIBILITY)),
  new Option('--show-secrets', 'show challenges, and what was decrypted and cannot be read'),
  new Option('--brief', 'leave the tree out'),
]
