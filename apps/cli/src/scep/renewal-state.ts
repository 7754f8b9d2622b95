import { join } from 'node:path'
import { type Certificate, decodePem, encodePem, parseCertificate } from '@chancery/pki'
import type { Obtained } from './obtain.ts'
import type { RequestState, StateFile } from './request-state.ts'

/** A renewal that may be under way. */
export interface RenewalState extends RequestState {
  /** SHA-256 of the certificate that is renewed. */
  readonly renews: string
  /** Of the new key, or `same`. */
  readonly keyType: string
  /**
   * Challenge of our own for a signer that cannot decrypt: it authorises nothing, and protects the reply (RFC 8894 §3.1).
   */
  readonly replyPassword?: string
  /** What came, in PEM: from here on nothing need be asked again to finish. */
  readonly received?: { readonly certificate: string; readonly authorities: readonly string[] }
}

export function renewalStateFile(folder: string): StateFile<RenewalState> {
  return {
    path: join(folder, 'renewal.json'),
    noun: 'a renewal',
    describe: ({ renews, url }) => `of the certificate with SHA-256 ${renews} at ${url}`,
  }
}

export function withReceived(state: RenewalState, { certificate, authorities }: Obtained): RenewalState {
  const pem = ({ der }: Certificate): string => encodePem('CERTIFICATE', der)
  return { ...state, received: { certificate: pem(certificate), authorities: authorities.map(pem) } }
}

export function receivedBefore({ received }: RenewalState): Obtained | undefined {
  if (received === undefined) return undefined
  const read = (pem: string): Certificate => parseCertificate(decodePem(pem, 'CERTIFICATE')[0] as Buffer)
  return { certificate: read(received.certificate), authorities: received.authorities.map(read) }
}
