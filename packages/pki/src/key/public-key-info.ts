import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { type AlgorithmIdentifier, hasNoParameters, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import {
  CURVES,
  type Curve,
  ED25519,
  ID_EC_PUBLIC_KEY,
  RSA_ENCRYPTION,
  RSASSA_PSS,
} from '../algorithm/key-algorithm.ts'
import { Element } from '../der/element.ts'
import { readElement } from '../der/read.ts'
import { TAG } from '../der/tag.ts'
import { bitStringOctets, child, expectTag, oidValue } from '../der/value.ts'
import { PkiError } from '../pki-error.ts'
import { checkRsaBounds, parseRsaPublicKey, type RsaPublicKey } from './rsa-public-key.ts'

export type KeyType = 'rsa' | 'ec' | 'ed25519' | 'unknown'

/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). Reading one costs no cryptography; importing it does, once. */
export interface PublicKeyInfo {
  readonly der: Buffer
  /** 'unknown' also for keys that can only verify PSS: nothing can be encrypted to them. */
  readonly type: KeyType
  readonly curve?: Curve | undefined
  /** RSA: magnitude without leading zeros; absent when the key is no RSAPublicKey. */
  readonly modulus?: Buffer | undefined
  readonly modulusBits?: number | undefined
  readonly publicExponent?: bigint | undefined
  readonly algorithm: AlgorithmIdentifier
  /** @throws {PkiError} when the key is out of bounds or OpenSSL does not take it */
  keyObject(): KeyObject
  /** SHA-256 of `der`. */
  digest(): Buffer
}

export function parsePublicKeyInfo(e: Element | Buffer): PublicKeyInfo {
  return new ParsedPublicKey(e instanceof Element ? e : readElement(e))
}

export function publicKeyInfoOf(key: KeyObject): PublicKeyInfo {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return parsePublicKeyInfo(publicKey.export({ format: 'der', type: 'spki' }))
}

class ParsedPublicKey implements PublicKeyInfo {
  readonly der: Buffer
  readonly type: KeyType
  readonly curve: Curve | undefined
  readonly algorithm: AlgorithmIdentifier
  /** Content of subjectPublicKey. */
  readonly #key: Buffer
  #rsa: RsaPublicKey | null | undefined
  #keyObject: KeyObject | undefined
  #digest: Buffer | undefined

  constructor(e: Element) {
    expectTag(e, TAG.sequence, 'public key')
    this.der = e.bytes
    this.algorithm = parseAlgorithmIdentifier(child(e, 0, 'public key algorithm'), 'public key algorithm')
    this.#key = bitStringOctets(e.children[1], 'public key')
    this.curve = curveOf(this.algorithm)
    this.type = typeOf(this.algorithm, this.curve)
  }

  get modulus(): Buffer | undefined {
    return this.#rsaPublicKey()?.modulus
  }

  get modulusBits(): number | undefined {
    return this.#rsaPublicKey()?.modulusBits
  }

  get publicExponent(): bigint | undefined {
    return this.#rsaPublicKey()?.publicExponent
  }

  keyObject(): KeyObject {
    this.#keyObject ??= this.#import()
    return this.#keyObject
  }

  digest(): Buffer {
    this.#digest ??= hash('sha256', this.der, 'buffer')
    return this.#digest
  }

  #rsaPublicKey(): RsaPublicKey | undefined {
    if (this.#rsa !== undefined) return this.#rsa ?? undefined
    const isRsa = this.type === 'rsa' || this.algorithm.oid === RSASSA_PSS
    this.#rsa = isRsa ? (parseRsaPublicKey(this.#key) ?? null) : null
    return this.#rsa ?? undefined
  }

  #import(): KeyObject {
    const rsa = this.type === 'rsa' || this.algorithm.oid === RSASSA_PSS
    if (rsa) checkRsaBounds(this.#rsaPublicKey())
    else if (this.type === 'unknown') throw new PkiError('ERR_PKI_UNSUPPORTED', 'key type is not supported')
    try {
      // As PKCS#1 the import is several times faster than through the SPKI decoder of OpenSSL 3. The algorithm was
      // checked to be plain rsaEncryption, so nothing of the SPKI is lost.
      return this.type === 'rsa'
        ? createPublicKey(pkcs1Pem(this.#key))
        : createPublicKey({ key: this.der, format: 'der', type: 'spki' })
    } catch (cause) {
      throw new PkiError('ERR_PKI_INVALID', 'public key is not valid', { cause })
    }
  }
}

/** As text, because to find out that an object is no KeyObject costs Node 24 three times what the import does. */
function pkcs1Pem(key: Buffer): string {
  return `-----BEGIN RSA PUBLIC KEY-----\n${key.toString('base64')}\n-----END RSA PUBLIC KEY-----\n`
}

function typeOf(algorithm: AlgorithmIdentifier, curve: Curve | undefined): KeyType {
  if (algorithm.oid === RSA_ENCRYPTION) return hasNoParameters(algorithm) ? 'rsa' : 'unknown'
  if (algorithm.oid === ID_EC_PUBLIC_KEY) return curve === undefined ? 'unknown' : 'ec'
  return algorithm.oid === ED25519 && algorithm.parameters === undefined ? 'ed25519' : 'unknown'
}

/** Only named curves: explicit parameters have let a forged generator pass (CVE-2020-0601). */
function curveOf(algorithm: AlgorithmIdentifier): Curve | undefined {
  const { oid, parameters } = algorithm
  if (oid !== ID_EC_PUBLIC_KEY || parameters?.tag !== TAG.oid) return undefined
  const curve = oidValue(parameters, 'curve')
  return CURVES.find((row) => row.oid === curve)?.name
}
