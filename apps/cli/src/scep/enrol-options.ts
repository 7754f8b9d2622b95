import { Option } from 'commander'
import { CHALLENGE_OPTIONS, type ChallengeOptions } from './challenge-source.ts'
import { EXCHANGE_OPTIONS, type ExchangeOptions } from './exchange-options.ts'
import { KEY_TYPES } from './key.ts'
import { POLL_OPTIONS, type PollOptions } from './poll-options.ts'

export interface EnrolOptions extends ExchangeOptions, PollOptions, ChallengeOptions {
  readonly subject: string
  readonly san?: readonly string[]
  readonly out: string
  readonly force?: true
  readonly caFingerprint?: string
  readonly trustOnFirstUse?: true
  readonly keyType: string
  readonly signerSubject?: string
  readonly keyTransactionId?: true
  readonly resume?: true
}

export const ENROL_OPTIONS: readonly Option[] = [
  new Option('--subject <name>', "subject of the certificate, such as 'CN=device1,O=Example'").makeOptionMandatory(),
  new Option('--san <name...>', 'subject alternative names: DNS:, IP:, email:, URI:, UPN:'),
  new Option('--out <folder>', 'where key.pem, cert.pem and ca.pem go').makeOptionMandatory(),
  new Option('--force', 'replace files that are there, and forget an enrolment of something else'),
  ...CHALLENGE_OPTIONS('the challenge (default: CHANCERY_CHALLENGE)'),
  new Option('--ca-fingerprint <hex>', 'SHA-256 of the CA certificate, from whoever runs the CA'),
  new Option('--trust-on-first-use', 'take whatever CA the server shows').conflicts('caFingerprint'),
  new Option('--key-type <type>', 'key to make; all but RSA need a challenge')
    .choices(Object.keys(KEY_TYPES))
    .default('rsa-2048'),
  new Option('--signer-subject <name>', 'a placeholder for the subject where it could be read on the way'),
  new Option('--key-transaction-id', 'derive the transactionID from the key, as the drafts did'),
  new Option('--resume', 'poll for an enrolment that was sent before, instead of sending it again'),
  ...POLL_OPTIONS,
  ...EXCHANGE_OPTIONS,
]
