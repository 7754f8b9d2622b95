import { bitString, sequence } from '../der/write.ts'

/** SEQUENCE { to be signed, signatureAlgorithm, signature }: certificates, requests and CRLs share this shape. */
export function assembleSigned(tbs: Buffer, signatureAlgorithm: Buffer, signature: Buffer): Buffer {
  return sequence(tbs, signatureAlgorithm, bitString(signature))
}
