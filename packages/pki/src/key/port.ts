import type { KeyTransport } from '../algorithm/key-transport.ts'
import type { SignatureScheme } from '../algorithm/signature.ts'
import type { PublicKeyInfo } from './public-key-info.ts'

/** The port behind which software keys, PKCS#11 and KMS stand. */
export interface SigningKey {
  readonly publicKey: PublicKeyInfo
  /** Signs without leaving the process. */
  readonly inProcess: boolean
  sign(data: Buffer, scheme: SignatureScheme): Buffer | Promise<Buffer>
}

export interface DecryptionKey {
  readonly publicKey: PublicKeyInfo
  readonly inProcess: boolean
  /**
   * Whatever is wrong inside the ciphertext, bytes come out that mean nothing (implicit rejection): the caller's next
   * steps are the same ones, and nobody learns why.
   * @throws {PkiError} only when the ciphertext is not as long as the modulus
   */
  decrypt(ciphertext: Buffer, transport: KeyTransport): Buffer | Promise<Buffer>
}
