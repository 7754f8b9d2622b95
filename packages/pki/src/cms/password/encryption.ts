import { pbkdf2, pbkdf2Sync } from 'node:crypto'
import { promisify } from 'node:util'
import { type ContentEncryption, contentEncryptionByOid } from '../../algorithm/content-encryption.ts'
import {
  type AlgorithmIdentifier,
  hasNoParameters,
  identifierNull,
  parseAlgorithmIdentifier,
} from '../../algorithm/identifier.ts'
import { Asn1Error } from '../../der/asn1-error.ts'
import type { Element } from '../../der/element.ts'
import { contextTag, TAG } from '../../der/tag.ts'
import { child, expectTag, octets, smallInteger } from '../../der/value.ts'
import { encode, integer, octetString, oid, sequence } from '../../der/write.ts'
import { PkiError } from '../../pki-error.ts'
import { cipherIdentifier, initialisationVector } from '../content-cipher.ts'
import type { PasswordRecipientInfo } from '../recipient-info.ts'
import { PRFS, type PrfDigest } from './prf.ts'

/** How a password protects a content key: PBKDF2, then PWRI-KEK (RFC 3370 §4.4.1, RFC 3211 §2.3). */
export interface PasswordEncryption {
  readonly salt: Buffer
  readonly iterations: number
  readonly prf: PrfDigest
  /** Cipher of the key-encryption key, and its IV. */
  readonly cipher: ContentEncryption
  readonly iv: Buffer
}

/** What a peer may make us derive (S-3.1-P16). */
export interface PasswordLimits {
  readonly iterations: number
  readonly saltBytes: number
}

export const DEFAULT_PASSWORD_LIMITS: PasswordLimits = { iterations: 1_000_000, saltBytes: 1024 }

/**
 * Reads what stands in the clear, before anything is derived.
 * @throws {PkiError} ERR_PKI_UNSUPPORTED for an algorithm that is not ours (badAlg), ERR_PKI_INVALID for parameters
 * missing, unfit or above the limits
 * @throws {Asn1Error} when the parameters are malformed
 */
export function passwordEncryptionOf(
  { keyDerivation, keyEncryption }: PasswordRecipientInfo,
  limits: PasswordLimits = DEFAULT_PASSWORD_LIMITS,
): PasswordEncryption {
  const kek = parseKeyEncryption(keyEncryption)
  if (keyDerivation === undefined) throw new PkiError('ERR_PKI_INVALID', 'key derivation is missing')
  const { keyLength, ...derivation } = pbkdf2ParametersOf(keyDerivation)
  const { iterations, salt } = derivation
  if (iterations < 1 || iterations > limits.iterations) throw new PkiError('ERR_PKI_INVALID', 'too many iterations')
  if (salt.length > limits.saltBytes) throw new PkiError('ERR_PKI_INVALID', 'salt is too long')
  if (keyLength !== undefined && keyLength !== kek.cipher.keyBytes)
    throw new PkiError('ERR_PKI_INVALID', 'derived key does not fit its cipher')
  return { ...derivation, ...kek }
}

/** keyDerivationAlgorithm under its tag [0], and keyEncryptionAlgorithm. */
export function buildPasswordAlgorithms({ salt, iterations, prf, cipher, iv }: PasswordEncryption): Buffer[] {
  const function_ = prf === 'sha1' ? [] : [identifierNull(PRFS.find((row) => row.digest === prf)?.oid ?? '')] // DEFAULT
  const derivation = sequence(octetString(salt), integer(iterations), ...function_)
  return [encode(contextTag(0, true), oid(PBKDF2), derivation), sequence(oid(PWRI_KEK), cipherIdentifier(cipher, iv))]
}

/** Off this thread: a hundred thousand rounds hold it for tens of milliseconds. */
export function deriveKey(password: string, { salt, iterations, prf, cipher }: PasswordEncryption): Promise<Buffer> {
  return pbkdf2Async(Buffer.from(password, 'utf8'), salt, iterations, cipher.keyBytes, prf)
}

export function deriveKeySync(password: string, { salt, iterations, prf, cipher }: PasswordEncryption): Buffer {
  return pbkdf2Sync(Buffer.from(password, 'utf8'), salt, iterations, cipher.keyBytes, prf)
}

function parseKeyEncryption(id: AlgorithmIdentifier): { cipher: ContentEncryption; iv: Buffer } {
  if (id.oid !== PWRI_KEK) throw new PkiError('ERR_PKI_UNSUPPORTED', 'key encryption is not PWRI-KEK')
  if (id.parameters === undefined) throw new Asn1Error('cipher of PWRI-KEK is missing')
  const inner = parseAlgorithmIdentifier(id.parameters, 'cipher of PWRI-KEK')
  const cipher = contentEncryptionByOid(inner.oid)
  if (cipher === undefined || cipher.name === 'des-cbc')
    throw new PkiError('ERR_PKI_UNSUPPORTED', 'cipher of PWRI-KEK is not supported')
  const iv = initialisationVector(cipher, inner)
  if (iv === undefined) throw new PkiError('ERR_PKI_INVALID', 'IV of PWRI-KEK is not one block')
  return { cipher, iv }
}

/** PBKDF2-params (RFC 8018 §A.2), read before anything is derived. */
export function pbkdf2ParametersOf(
  id: AlgorithmIdentifier,
): Omit<PasswordEncryption, 'cipher' | 'iv'> & { keyLength?: number } {
  if (id.oid !== PBKDF2) throw new PkiError('ERR_PKI_UNSUPPORTED', 'key derivation is not PBKDF2')
  const parameters = expectTag(id.parameters, TAG.sequence, 'PBKDF2 parameters')
  const salt = octets(child(parameters, 0, 'salt'), 'salt')
  const iterations = smallInteger(child(parameters, 1, 'iterations'), 'iterations')
  const rest = parameters.children.slice(2)
  const keyLength = rest[0]?.tag === TAG.integer ? smallInteger(rest.shift(), 'keyLength') : undefined
  const prf = rest[0] === undefined ? 'sha1' : prfOf(rest[0])
  if (rest.length > 1) throw new Asn1Error('PBKDF2 parameters have parts too many')
  return { salt, iterations, prf, ...(keyLength !== undefined && { keyLength }) }
}

function prfOf(e: Element): PrfDigest {
  const id = parseAlgorithmIdentifier(e, 'PBKDF2 function')
  const digest = hasNoParameters(id) ? PRFS.find((row) => row.oid === id.oid)?.digest : undefined
  if (digest === undefined) throw new PkiError('ERR_PKI_UNSUPPORTED', 'PBKDF2 function is not supported')
  return digest
}

const pbkdf2Async = promisify(pbkdf2)
const PBKDF2 = '1.2.840.113549.1.5.12'
const PWRI_KEK = '1.2.840.113549.1.9.16.3.9'
