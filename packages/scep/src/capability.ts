import type { ContentEncryptionName, DigestName } from '@chancery/pki'
import type { MessagePolicy } from './compatibility/message-policy.ts'

/** What else is served, beside the algorithms of the policy. */
export interface ServedOperations {
  readonly renewal: boolean
  /** A next CA is prepared. */
  readonly nextCaCertificates?: boolean
}

interface CapabilityRow {
  /** Exact spelling of RFC 8894 §3.5.2; SHA-384 is not in it, but strongSwan 5.9.8 asks for it before it uses AES. */
  readonly keyword: string
  readonly contentEncryption?: ContentEncryptionName
  readonly digest?: DigestName
  readonly operation?: keyof ServedOperations
}

/** In the order in which they are printed; a row without a condition is always served. */
const CAPABILITIES: readonly CapabilityRow[] = [
  { keyword: 'AES', contentEncryption: 'aes-128-cbc' },
  { keyword: 'DES3', contentEncryption: 'des-ede3-cbc' },
  { keyword: 'SHA-1', digest: 'sha1' },
  { keyword: 'SHA-256', digest: 'sha256' },
  { keyword: 'SHA-384', digest: 'sha384' },
  { keyword: 'SHA-512', digest: 'sha512' },
  { keyword: 'POSTPKIOperation' },
  { keyword: 'SCEPStandard', contentEncryption: 'aes-128-cbc', digest: 'sha256' },
  { keyword: 'Renewal', operation: 'renewal' },
  { keyword: 'GetNextCACert', operation: 'nextCaCertificates' },
]

/**
 * Body of GetCACaps. Lines end in LF, because Apple's tool would see `AES\r`; there is no blank line, because
 * strongSwan matches any capability to one.
 */
export function capabilities(policy: MessagePolicy, served: ServedOperations): string {
  return CAPABILITIES.filter((row) => isServed(row, policy, served))
    .map(({ keyword }) => `${keyword}\n`)
    .join('')
}

function isServed(row: CapabilityRow, policy: MessagePolicy, served: ServedOperations): boolean {
  if (row.contentEncryption !== undefined && !policy.contentEncryptions.includes(row.contentEncryption)) return false
  if (row.digest !== undefined && !policy.digests.includes(row.digest)) return false
  return row.operation === undefined || served[row.operation] === true
}
