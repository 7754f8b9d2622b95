import { Option } from 'commander'
import { EXCHANGE_OPTIONS, type ExchangeOptions } from './exchange-options.ts'
import { KEY_TYPES } from './key.ts'

export interface EnrolOptions extends ExchangeOptions {
  readonly subject: string
  readonly san?: readonly string[]
  readonly challenge?: string
  readonly challengeFile?: string
  readonly out: string
  readonly force?: true
  readonly caFingerprint?: string
  readonly trustOnFirstUse?: true
  readonly keyType: string
}

export const ENROL_OPTIONS: readonly Option[] = [
  new Option('--subject <name>', "subject of the certificate, such as 'CN=device1,O=Example'").makeOptionMandatory(),
  new Option('--san <name...>', 'subject alternative names: DNS:, IP:, email:, URI:, UPN:'),
  new Option('--out <folder>', 'where key.pem, cert.pem and ca.pem go').makeOptionMandatory(),
  new Option('--force', 'replace files that are there, and forget an enrolment of something else'),
  new Option(
    '--challenge <secret>',
    'the challenge, or - for standard input; other users can see it on a command line',
  ),
  new Option('--challenge-file <file>', 'a file with the challenge, or - (default: CHANCERY_CHALLENGE)'),
  new Option('--ca-fingerprint <hex>', 'SHA-256 of the CA certificate, from whoever runs the CA'),
  new Option('--trust-on-first-use', 'take whatever CA the server shows').conflicts('caFingerprint'),
  new Option('--key-type <type>', 'key to make').choices(Object.keys(KEY_TYPES)).default('rsa-2048'),
  ...EXCHANGE_OPTIONS,
]
