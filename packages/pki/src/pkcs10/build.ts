import type { DigestName } from '../algorithm/digest.ts'
import { RSASSA_PSS } from '../algorithm/key-algorithm.ts'
import { type SignatureScheme, signatureAlgorithmIdentifier } from '../algorithm/signature.ts'
import { explicit, integer, sequence } from '../der/write.ts'
import type { SigningKey } from '../key/port.ts'
import type { PublicKeyInfo } from '../key/public-key-info.ts'
import type { Name } from '../name/name.ts'
import { PkiError } from '../pki-error.ts'
import { assembleSigned } from '../x509/signed.ts'
import { buildChallengePassword } from './challenge-password.ts'
import { buildExtensionRequest } from './requested-extensions.ts'

export interface NewRequest {
  readonly subject: Name
  readonly key: SigningKey
  /** SHA-256 when absent; Ed25519 has its own. */
  readonly digest?: DigestName | undefined
  /** PKCS #1 v1.5 when absent: PSS is read by few. */
  readonly rsaPadding?: 'pkcs1' | 'pss' | undefined
  readonly challengePassword?: string | undefined
  readonly extensions?: readonly Buffer[] | undefined
  /** DER of further attributes, such as a challenge beyond the bound of PKCS #9, which Intune gives to its devices. */
  readonly attributes?: readonly Buffer[] | undefined
}

/** The challenge comes first, where servers look for it that read no further (lf-edge/eve#5909); RFC 2986 says SET OF. */
export async function buildCertificationRequest(request: NewRequest): Promise<Buffer> {
  const { subject, key, digest = 'sha256', rsaPadding = 'pkcs1', challengePassword } = request
  const { attributes: further = [], extensions = [] } = request
  const scheme = schemeFor(key.publicKey, digest, rsaPadding)
  const attributes = [
    ...(challengePassword === undefined ? [] : [buildChallengePassword(challengePassword)]),
    ...further,
    ...(extensions.length === 0 ? [] : [buildExtensionRequest(extensions)]),
  ]
  const info = sequence(integer(0), subject.der, key.publicKey.der, explicit(0, ...attributes))
  return assembleSigned(info, signatureAlgorithmIdentifier(scheme), await key.sign(info, scheme))
}

function schemeFor({ type, algorithm }: PublicKeyInfo, digest: DigestName, padding: 'pkcs1' | 'pss'): SignatureScheme {
  if (type === 'rsa') return { key: 'rsa', padding, digest }
  if (type === 'ec') return { key: 'ec', digest }
  if (type === 'ed25519') return { key: 'ed25519' }
  if (algorithm.oid === RSASSA_PSS) return { key: 'rsa', padding: 'pss', digest }
  throw new PkiError('ERR_PKI_UNSUPPORTED', 'this type of key cannot sign a request')
}
