import { PkiError } from '../pki-error.ts'

/** What a file may make us do. */
export interface Pkcs12Limits {
  /** Octets of the file, and of everything in it. */
  readonly bytes: number
  /** Of all key derivations of the file together: five with the 600,000 of today's advice. */
  readonly iterations: number
  readonly saltBytes: number
  readonly bags: number
  /** Of SafeContents in SafeContents. */
  readonly depth: number
}

export const PKCS12_LIMITS: Pkcs12Limits = {
  bytes: 1 << 18,
  iterations: 3_000_000,
  saltBytes: 1024,
  bags: 100,
  depth: 4,
}

export interface Pkcs12Options {
  readonly limits?: Pkcs12Limits
  /** Called every few milliseconds of a derivation that holds the thread, so that a serving process gets its turn. */
  readonly pause?: () => Promise<void>
}

/** What deriving keys may cost, and how it makes room for others. */
export interface Work {
  /** Takes iterations and octets of salt from what is left. @throws {PkiError} when there is not enough */
  spend(derivation: { readonly iterations: number; readonly salt: Buffer }): void
  pause(): Promise<void>
}

export function workWithin({ iterations: most, saltBytes }: Pkcs12Limits, pause = async () => {}): Work {
  let left = most
  return {
    pause,
    spend({ iterations, salt }) {
      if (iterations < 1 || salt.length > saltBytes) {
        throw new PkiError('ERR_PKI_INVALID', 'key derivation is out of bounds')
      }
      left -= iterations
      if (left < 0) throw new PkiError('ERR_PKI_INVALID', `the password would take more than ${most} iterations`)
    },
  }
}
