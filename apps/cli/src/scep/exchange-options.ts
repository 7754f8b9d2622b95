import type { ContentEncryptionName, DigestName } from '@chancery/pki'
import { Option } from 'commander'

/** How to talk to a server, whatever is asked of it. */
export interface ExchangeOptions {
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

export const EXCHANGE_OPTIONS: readonly Option[] = [
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
