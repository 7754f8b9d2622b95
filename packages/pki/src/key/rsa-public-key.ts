import { Asn1Error } from '../der/asn1-error.ts'
import { readElement } from '../der/read.ts'
import { TAG } from '../der/tag.ts'
import { expectTag, integerBytes } from '../der/value.ts'
import { PkiError } from '../pki-error.ts'

const MAX_MODULUS_BITS = 16_384
const MAX_EXPONENT = 1n << 32n

/** RSAPublicKey (RFC 8017 §A.1.1). */
export interface RsaPublicKey {
  readonly modulus: Buffer
  readonly modulusBits: number
  readonly publicExponent: bigint
}

/** Undefined when the bytes are no RSAPublicKey: a certificate with a broken key can still be carried along. */
export function parseRsaPublicKey(bytes: Buffer): RsaPublicKey | undefined {
  try {
    const key = expectTag(readElement(bytes), TAG.sequence, 'RSA key')
    const modulus = magnitude(integerBytes(key.children[0], 'modulus'))
    const exponent = magnitude(integerBytes(key.children[1], 'public exponent'))
    const publicExponent = BigInt(`0x${exponent.toString('hex')}`)
    return { modulus, modulusBits: bitLength(modulus), publicExponent }
  } catch (error) {
    if (error instanceof Asn1Error) return undefined
    throw error
  }
}

/** Before any arithmetic: a modulus of 64 kbit or a long exponent costs seconds in OpenSSL, an exponent of 1 nothing. */
export function checkRsaBounds(key: RsaPublicKey | undefined): void {
  if (key === undefined) throw new PkiError('ERR_PKI_INVALID', 'RSA key is malformed')
  if (key.modulusBits > MAX_MODULUS_BITS)
    throw new PkiError('ERR_PKI_INVALID', `RSA modulus is longer than ${MAX_MODULUS_BITS} bits`)
  const e = key.publicExponent
  if (e < 3n || e > MAX_EXPONENT || (e & 1n) === 0n)
    throw new PkiError('ERR_PKI_INVALID', 'RSA public exponent is even, below 3 or above 2^32')
}

/** Unsigned, as OpenSSL reads it: some encoders leave out the sign octet. */
function magnitude(content: Buffer): Buffer {
  let start = 0
  while (start < content.length - 1 && content[start] === 0) start++
  return content.subarray(start)
}

function bitLength(modulus: Buffer): number {
  const first = modulus[0] ?? 0
  return first === 0 ? 0 : modulus.length * 8 - (Math.clz32(first) - 24)
}
