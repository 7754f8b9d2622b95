import type { ContentEncryptionName, DigestName } from '@chancery/pki'
import { Option } from 'commander'
import { KEY_TYPES } from './key.ts'

export interface EnrolOptions {
  readonly subject: string
  readonly san?: readonly string[]
  readonly challenge?: string
  readonly challengeFile?: string
  readonly out: string
  readonly force?: true
  readonly caFingerprint?: string
  readonly trustOnFirstUse?: true
  readonly keyType: string
  readonly digest?: DigestName
  readonly cipher?: string
  readonly legacyDes?: true
  readonly get?: true
  readonly requireStandard?: true
  readonly assumeStandard?: true
}

/** Names that people type, and what they stand for; single DES has a switch of its own. */
export const CIPHERS: Readonly<Record<string, ContentEncryptionName>> = {
  aes128: 'aes-128-cbc',
  aes192: 'aes-192-cbc',
  aes256: 'aes-256-cbc',
  '3des': 'des-ede3-cbc',
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
  new Option('--digest <name>', 'digest to use, whatever the server says').choices([
    'sha1',
    'sha256',
    'sha384',
    'sha512',
  ]),
  new Option('--cipher <name>', 'encryption to use, whatever the server says').choices(Object.keys(CIPHERS)),
  new Option('--legacy-des', 'use single DES, which anybody can break, and accept it in the reply').conflicts('cipher'),
  new Option('--get', 'send by GET, whatever the server says'),
  new Option('--require-standard', 'stop if the server does not claim RFC 8894 (SCEPStandard)'),
  new Option('--assume-standard', 'go on as if it did').conflicts('requireStandard'),
]
