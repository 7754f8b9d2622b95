import type { ContentEncryptionName, DigestName, KeyTransport, PrfDigest } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import type { RsaPadding } from '../signature-scheme.ts'
import { type Capabilities, hasCapability } from './capabilities.ts'

export interface ChosenAlgorithms {
  readonly digest: DigestName
  readonly contentEncryption: ContentEncryptionName
  readonly post: boolean
  /** What no capability speaks of, and what is used only when somebody says so: OAEP, PSS, another function of PBKDF2. */
  readonly keyTransport?: KeyTransport
  readonly rsaPadding?: RsaPadding
  readonly passwordDigest?: PrfDigest
}

export interface AlgorithmOptions extends Pick<ChosenAlgorithms, 'keyTransport' | 'rsaPadding' | 'passwordDigest'> {
  /**
   * GetCACaps is unauthenticated: somebody may strip it. `require` stops without SCEPStandard, `assume` goes on as if
   * it were there (RFC 8894 §7.5).
   */
  readonly standard?: 'require' | 'assume'
  /** Used whatever the server says: NDES answers AES and SHA-256 with something that nobody can open. */
  readonly digest?: DigestName
  readonly contentEncryption?: ContentEncryptionName
  readonly post?: boolean
}

/** Best first. The stronger ones are not climbed to merely because they are offered (S-3.5.2-19). */
const DIGESTS: readonly { keyword: string; digest: DigestName }[] = [
  { keyword: 'SHA-256', digest: 'sha256' },
  { keyword: 'SHA-512', digest: 'sha512' },
  { keyword: 'SHA-384', digest: 'sha384' },
]

/**
 * What to send to a server with these capabilities. Whatever was stripped from them, it never goes below 3DES and
 * SHA-1, which all known servers have (S-3.5.2-18, S-7-04).
 * @throws {ScepError} `capabilities_too_weak` when SCEPStandard is required and not there
 */
export function chooseAlgorithms(offered: Capabilities, options: AlgorithmOptions = {}): ChosenAlgorithms {
  if (options.standard === 'require' && !hasCapability(offered, 'SCEPStandard')) {
    throw new ScepError('capabilities_too_weak', { detail: 'the server does not list SCEPStandard' })
  }
  const capabilities = options.standard === 'assume' ? new Set([...offered, 'scepstandard']) : offered
  const digest = DIGESTS.find(({ keyword }) => hasCapability(capabilities, keyword))?.digest ?? 'sha1'
  const contentEncryption = hasCapability(capabilities, 'AES') ? 'aes-128-cbc' : 'des-ede3-cbc'
  return {
    digest: options.digest ?? digest,
    contentEncryption: options.contentEncryption ?? contentEncryption,
    post: options.post ?? hasCapability(capabilities, 'POSTPKIOperation'),
    ...(options.keyTransport && { keyTransport: options.keyTransport }),
    ...(options.rsaPadding && { rsaPadding: options.rsaPadding }),
    ...(options.passwordDigest && { passwordDigest: options.passwordDigest }),
  }
}
