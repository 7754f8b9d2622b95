import { Option } from 'commander'
import { CHALLENGE_OPTIONS, type ChallengeOptions } from './challenge-source.ts'
import { EXCHANGE_OPTIONS, type ExchangeOptions } from './exchange-options.ts'
import { KEY_TYPES } from './key.ts'
import { POLL_OPTIONS, type PollOptions } from './poll-options.ts'

export interface RenewOptions extends ExchangeOptions, PollOptions, ChallengeOptions {
  readonly in?: string
  readonly cert?: string
  readonly key?: string
  readonly out?: string
  readonly force?: true
  readonly sameKey?: true
  readonly keyType?: string
  readonly asPkcsreq?: true
  readonly caFingerprint?: string
  readonly resume?: true
}

export const RENEW_OPTIONS: readonly Option[] = [
  new Option('--in <folder>', 'folder with key.pem, cert.pem and ca.pem, as "scep enrol" wrote it'),
  new Option('--cert <file>', 'certificate to renew, PEM').conflicts('in'),
  new Option('--key <file>', 'its private key, PEM').conflicts('in'),
  new Option(
    '--out <folder>',
    'where the new key.pem, cert.pem and ca.pem go (default: the folder of the certificate)',
  ),
  new Option('--same-key', 'keep the key instead of making a new one').conflicts('keyType'),
  new Option('--key-type <type>', 'key to make (default: as the old one)').choices(Object.keys(KEY_TYPES)),
  new Option('--as-pkcsreq', 'send a PKCSReq (19), for servers that do not know RenewalReq (17)'),
  new Option('--ca-fingerprint <hex>', 'SHA-256 of the CA certificate (default: the CA is one of ca.pem)'),
  new Option('--force', 'replace files of something else, and forget a renewal of something else'),
  new Option('--resume', 'poll for a renewal that was sent before, instead of sending it again'),
  ...CHALLENGE_OPTIONS(
    'a secret that the server knows: for servers that demand one, and where the key of the server is not RSA',
  ),
  ...POLL_OPTIONS,
  ...EXCHANGE_OPTIONS,
]
