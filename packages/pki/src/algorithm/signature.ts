import type { Element } from '../der/element.ts'
import { smallInteger } from '../der/value.ts'
import { explicit, integer, oid, sequence } from '../der/write.ts'
import type { PublicKeyInfo } from '../key/public-key-info.ts'
import { PkiError } from '../pki-error.ts'
import { type DigestName, digestByName } from './digest.ts'
import { buildHashParameters, parseHashParameters } from './hash-parameters.ts'
import { type AlgorithmIdentifier, hasNoParameters, identifierAbsent, identifierNull } from './identifier.ts'
import { ED25519, ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, RSASSA_PSS } from './key-algorithm.ts'

export type SignatureScheme =
  | {
      readonly key: 'rsa'
      readonly padding: 'pkcs1' | 'pss'
      readonly digest: DigestName
      /** PSS only; the digest's length when absent. */
      readonly saltLength?: number
    }
  | { readonly key: 'ec'; readonly digest: DigestName }
  | { readonly key: 'ed25519' }

interface SignatureRow {
  readonly oid: string
  readonly scheme: SignatureScheme
  readonly identifier: Buffer
}

/** Signature algorithms that name their digest. The first row of a scheme is the one we write. */
export const SIGNATURES: readonly SignatureRow[] = [
  rsa('1.2.840.113549.1.1.4', 'md5'),
  rsa('1.2.840.113549.1.1.5', 'sha1'),
  rsa('1.3.14.3.2.29', 'sha1'), // sha1WithRSASignature of OIW: old Windows
  rsa('1.2.840.113549.1.1.14', 'sha224'),
  rsa('1.2.840.113549.1.1.11', 'sha256'),
  rsa('1.2.840.113549.1.1.12', 'sha384'),
  rsa('1.2.840.113549.1.1.13', 'sha512'),
  ecdsa('1.2.840.10045.4.1', 'sha1'),
  ecdsa('1.2.840.10045.4.3.1', 'sha224'),
  ecdsa('1.2.840.10045.4.3.2', 'sha256'),
  ecdsa('1.2.840.10045.4.3.3', 'sha384'),
  ecdsa('1.2.840.10045.4.3.4', 'sha512'),
  { oid: ED25519, scheme: { key: 'ed25519' }, identifier: identifierAbsent(ED25519) },
]

const byOid = new Map(SIGNATURES.map((row) => [row.oid, row]))

/** Algorithms that name no digest by their OID alone. */
const KEY_OIDS: ReadonlySet<string> = new Set([RSA_ENCRYPTION, ID_EC_PUBLIC_KEY, RSASSA_PSS])

/** Whether an OID can be a signatureAlgorithm of ours, and the digest that it names (Ed25519 none); no key is needed. */
export function signatureOid(oid: string): { readonly known: boolean; readonly digest: DigestName | undefined } {
  const scheme = byOid.get(oid)?.scheme
  const digest = scheme === undefined || scheme.key === 'ed25519' ? undefined : scheme.digest
  return { known: scheme !== undefined || KEY_OIDS.has(oid), digest }
}

/**
 * What a signatureAlgorithm means for this key, or undefined when it means nothing we can verify.
 * @param fallbackDigest digest of the SignerInfo, for rsaEncryption and id-ecPublicKey, which name none (RFC 3370 §3.2)
 * @throws {Asn1Error} when PSS parameters are malformed
 */
export function signatureSchemeOf(
  id: AlgorithmIdentifier,
  key: PublicKeyInfo,
  fallbackDigest?: DigestName,
): SignatureScheme | undefined {
  if (id.oid === RSASSA_PSS) return isRsa(key) ? pssScheme(id.parameters) : undefined
  if (!hasNoParameters(id)) return undefined
  if (id.oid === RSA_ENCRYPTION || id.oid === ID_EC_PUBLIC_KEY) return schemeOfKeyOid(id.oid, key, fallbackDigest)
  const scheme = byOid.get(id.oid)?.scheme
  return scheme?.key === key.type ? scheme : undefined
}

/** AlgorithmIdentifier for certificates, requests and CRLs: RSA with NULL (RFC 4055 §5), the others without parameters. */
export function signatureAlgorithmIdentifier(scheme: SignatureScheme): Buffer {
  if (scheme.key === 'rsa' && scheme.padding === 'pss') return pssIdentifier(scheme.digest, scheme.saltLength)
  const row = SIGNATURES.find((row) => sameScheme(row.scheme, scheme))
  if (row === undefined) throw new PkiError('ERR_PKI_UNSUPPORTED', 'no algorithm identifier for this signature scheme')
  return row.identifier
}

/** Digest that a scheme signs; Ed25519 hashes with SHA-512 inside (RFC 8419 §3.1). */
export function signatureDigest(scheme: SignatureScheme): DigestName {
  return scheme.key === 'ed25519' ? 'sha512' : scheme.digest
}

function schemeOfKeyOid(oid: string, key: PublicKeyInfo, digest: DigestName | undefined): SignatureScheme | undefined {
  if (digest === undefined) return undefined
  const type = oid === RSA_ENCRYPTION ? 'rsa' : 'ec'
  if (key.type !== type) return undefined
  return SIGNATURES.find(({ scheme }) => scheme.key === type && scheme.digest === digest)?.scheme
}

/** RFC 4055 §3.1: absent parameters say nothing about the hash, so they are not accepted in a signature. */
function pssScheme(parameters: Element | undefined): SignatureScheme | undefined {
  if (parameters === undefined) return undefined
  const found = parseHashParameters(parameters, 'RSASSA-PSS parameters')
  if (found === undefined || found.hash !== found.mgfHash) return undefined // node:crypto ties MGF1 to the digest
  const saltLength = found.third === undefined ? 20 : smallInteger(found.third, 'salt length')
  const trailer = found.fourth === undefined ? 1 : smallInteger(found.fourth, 'trailer field')
  return trailer === 1 ? { key: 'rsa', padding: 'pss', digest: found.hash, saltLength } : undefined
}

function pssIdentifier(digest: DigestName, saltLength = digestByName(digest).length): Buffer {
  const salt = saltLength === 20 ? [] : [explicit(2, integer(saltLength))]
  return sequence(oid(RSASSA_PSS), buildHashParameters(digest, digest, ...salt))
}

function sameScheme(a: SignatureScheme, b: SignatureScheme): boolean {
  if (a.key === 'ed25519' || b.key === 'ed25519') return a.key === b.key
  return a.key === b.key && a.digest === b.digest
}

function isRsa(key: PublicKeyInfo): boolean {
  return key.type === 'rsa' || key.algorithm.oid === RSASSA_PSS
}

function rsa(oid: string, digest: DigestName): SignatureRow {
  return { oid, scheme: { key: 'rsa', padding: 'pkcs1', digest }, identifier: identifierNull(oid) }
}

function ecdsa(oid: string, digest: DigestName): SignatureRow {
  return { oid, scheme: { key: 'ec', digest }, identifier: identifierAbsent(oid) }
}
