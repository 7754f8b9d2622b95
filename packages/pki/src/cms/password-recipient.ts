import { pbkdf2, pbkdf2Sync, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import {
  type ContentEncryption,
  contentEncryptionByName,
  contentEncryptionByOid,
} from '../algorithm/content-encryption.ts'
import type { DigestName } from '../algorithm/digest.ts'
import {
  type AlgorithmIdentifier,
  hasNoParameters,
  identifierNull,
  parseAlgorithmIdentifier,
} from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { TAG } from '../der/tag.ts'
import { expectTag, octets, smallInteger } from '../der/value.ts'
import { implicit, integer, octetString, oid, sequence } from '../der/write.ts'
import { PkiError } from '../pki-error.ts'
import type { PasswordRecipientInfo } from './enveloped-data.ts'
import { unwrapKey, wrapKey } from './password-key-wrap.ts'

const PBKDF2 = '1.2.840.113549.1.5.12'
const PWRI_KEK = '1.2.840.113549.1.9.16.3.9'

/** PBKDF2's pseudo-random functions (RFC 8018 §B.1.2). */
const PRFS: readonly { readonly digest: DigestName; readonly oid: string }[] = [
  { digest: 'sha1', oid: '1.2.840.113549.2.7' },
  { digest: 'sha256', oid: '1.2.840.113549.2.9' },
  { digest: 'sha384', oid: '1.2.840.113549.2.10' },
  { digest: 'sha512', oid: '1.2.840.113549.2.11' },
]

/** What a sender may make us compute: checked before anything is derived (S-3.1-P16). */
export interface PasswordLimits {
  readonly iterations: number
  readonly saltBytes: number
}

export const DEFAULT_PASSWORD_LIMITS: PasswordLimits = { iterations: 1_000_000, saltBytes: 1024 }

const KEK = contentEncryptionByName('aes-128-cbc')
const ITERATIONS = 100_000
const SALT_BYTES = 16

/** How a password becomes the key that wraps the content key. */
interface Derivation {
  readonly salt: Buffer
  readonly iterations: number
  readonly prf: DigestName
  readonly kek: ContentEncryption
  readonly iv: Buffer
}

const derive = promisify(pbkdf2)

/**
 * The content key, opened with a password; undefined when the password is wrong.
 * @throws {PkiError} ERR_PKI_UNSUPPORTED for algorithms, ERR_PKI_INVALID for parameters that are wrong or beyond the limits
 */
export async function openPasswordRecipient(
  recipient: PasswordRecipientInfo,
  password: string,
  limits: PasswordLimits = DEFAULT_PASSWORD_LIMITS,
): Promise<Buffer | undefined> {
  const { salt, iterations, prf, kek, iv } = readDerivation(recipient, limits)
  const key = await derive(Buffer.from(password, 'utf8'), salt, iterations, kek.keyBytes, prf)
  return unwrapKey(kek, key, iv, recipient.encryptedKey)
}

/** PasswordRecipientInfo (RFC 5652 §6.2.4) with PBKDF2 and PWRI-KEK over AES-128. */
export function buildPasswordRecipientInfo(
  contentKey: Buffer,
  {
    password,
    iterations = ITERATIONS,
    prf = 'sha256',
  }: { readonly password: string; readonly iterations?: number; readonly prf?: DigestName },
): Buffer {
  const row = PRFS.find((one) => one.digest === prf)
  if (row === undefined) throw new PkiError('ERR_PKI_UNSUPPORTED', `PBKDF2 with ${prf} is not supported`)
  const salt = randomBytes(SALT_BYTES)
  const iv = randomBytes(KEK.ivBytes)
  const key = pbkdf2Sync(Buffer.from(password, 'utf8'), salt, iterations, KEK.keyBytes, prf)
  // prf DEFAULT hmacWithSHA1 is left out, as DER wants
  const prfPart = prf === 'sha1' ? [] : [identifierNull(row.oid)]
  const parameters = sequence(octetString(salt), integer(iterations), ...prfPart)
  return implicit(
    3,
    sequence(
      integer(0),
      implicit(0, sequence(oid(PBKDF2), parameters)),
      sequence(oid(PWRI_KEK), sequence(oid(KEK.oid), octetString(iv))),
      octetString(wrapKey(KEK, key, iv, contentKey)),
    ),
  )
}

function readDerivation({ keyDerivation, keyEncryption }: PasswordRecipientInfo, limits: PasswordLimits): Derivation {
  if (keyDerivation === undefined) throw new PkiError('ERR_PKI_INVALID', 'keyDerivationAlgorithm is missing')
  if (keyDerivation.oid !== PBKDF2) throw unsupported('keyDerivationAlgorithm', keyDerivation)
  if (keyEncryption.oid !== PWRI_KEK) throw unsupported('keyEncryptionAlgorithm', keyEncryption)
  try {
    const { kek, iv } = readKek(keyEncryption.parameters)
    return {
      ...readParameters(expectTag(keyDerivation.parameters, TAG.sequence, 'PBKDF2-params'), kek, limits),
      kek,
      iv,
    }
  } catch (error) {
    if (error instanceof Asn1Error) throw new PkiError('ERR_PKI_INVALID', error.message, { cause: error })
    throw error
  }
}

function readKek(parameters: Element | undefined): { kek: ContentEncryption; iv: Buffer } {
  if (parameters === undefined) throw new Asn1Error('cipher of PWRI-KEK is missing')
  const id = parseAlgorithmIdentifier(parameters, 'cipher of PWRI-KEK')
  const kek = contentEncryptionByOid(id.oid)
  if (kek === undefined || kek.name === 'des-cbc') throw unsupported('cipher of PWRI-KEK', id)
  const iv = octets(id.parameters, 'IV of PWRI-KEK')
  if (iv.length !== kek.ivBytes) throw new Asn1Error('IV of PWRI-KEK has a wrong length')
  return { kek, iv }
}

/** PBKDF2-params (RFC 8018 §A.2): salt, iterationCount, keyLength OPTIONAL, prf DEFAULT hmacWithSHA1. */
function readParameters(
  parameters: Element,
  kek: ContentEncryption,
  limits: PasswordLimits,
): Pick<Derivation, 'salt' | 'iterations' | 'prf'> {
  const salt = octets(parameters.children[0], 'salt')
  const iterations = smallInteger(parameters.children[1], 'iterationCount')
  const [third, fourth] = parameters.children.slice(2)
  const keyLength = third?.tag === TAG.integer ? smallInteger(third, 'keyLength') : kek.keyBytes
  const prf = third?.tag === TAG.integer ? fourth : third
  if (salt.length > limits.saltBytes) throw new Asn1Error(`salt is longer than ${limits.saltBytes} octets`)
  if (iterations < 1 || iterations > limits.iterations)
    throw new Asn1Error(`iterationCount is not 1 to ${limits.iterations}`)
  if (keyLength !== kek.keyBytes) throw new Asn1Error('keyLength does not fit the cipher')
  return { salt, iterations, prf: prf === undefined ? 'sha1' : readPrf(prf) }
}

function readPrf(e: Element): DigestName {
  const id = parseAlgorithmIdentifier(e, 'prf')
  const found = PRFS.find((row) => row.oid === id.oid)
  if (found === undefined || !hasNoParameters(id)) throw unsupported('prf', id)
  return found.digest
}

function unsupported(what: string, { oid: found }: AlgorithmIdentifier): PkiError {
  return new PkiError('ERR_PKI_UNSUPPORTED', `${what} ${found} is not supported`)
}
