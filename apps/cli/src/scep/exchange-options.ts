import type { ContentEncryptionName, DigestName } from '@chancery/pki'
import type { AlgorithmOptions } from '@chancery/scep'
import { Option } from 'commander'

/** How to talk to a server, whatever is asked of it. */
export interface ExchangeOptions {
  readonly digest?: DigestName
  readonly cipher?: string
  readonly legacyDes?: true
  readonly pss?: true
  readonly oaep?: 'sha1' | 'sha256'
  readonly get?: true
  readonly requireStandard?: true
  readonly assumeStandard?: true
  readonly ignoreKeyUsage?: true
  readonly unwrapped?: true
  readonly lenientNonce?: true
}

/** Names that people type, and what they stand for; single DES has a switch of its own. */
const CIPHERS: Readonly<Record<string, ContentEncryptionName>> = {
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
  new Option('--pss', 'sign with RSA-PSS, which few servers read'),
  new Option('--oaep <hash>', 'encrypt to the server with RSA-OAEP, which few servers read').choices([
    'sha1',
    'sha256',
  ]),
  new Option('--get', 'send by GET, whatever the server says'),
  new Option('--require-standard', 'stop if the server does not claim RFC 8894 (SCEPStandard)'),
  new Option('--assume-standard', 'go on as if it did').conflicts('requireStandard'),
  new Option('--ignore-key-usage', 'encrypt to an RA certificate whose key usage does not allow it, as NDES needs'),
  new Option('--unwrapped', 'accept a bare SignedData or a bare certificate in the reply, as faulty servers send them'),
  new Option('--lenient-nonce', 'accept a reply with another nonce, as the drafts did: it may be an old one'),
]

/** What was asked for, in the words of the library; nothing else is changed from what the server offers. */
export function algorithmOptions(options: ExchangeOptions): AlgorithmOptions {
  const { cipher, legacyDes, digest, get, requireStandard, assumeStandard, pss, oaep } = options
  const contentEncryption = legacyDes ? 'des-cbc' : CIPHERS[cipher ?? '']
  return {
    ...(requireStandard && { standard: 'require' }),
    ...(assumeStandard && { standard: 'assume' }),
    ...(digest !== undefined && { digest }),
    ...(contentEncryption !== undefined && { contentEncryption }),
    ...(get && { post: false }),
    ...(pss && { rsaPadding: 'pss' }),
    ...(oaep && { keyTransport: { scheme: 'rsa-oaep', hash: oaep, mgfHash: oaep } }),
  }
}
