import type { Certificate, DecryptionKey } from '@chancery/pki'
import type { Secret } from '../secret.ts'

export interface InspectOptions {
  /** Opens the envelope: the RA's key for a request, the device's for a reply. */
  readonly key?: DecryptionKey
  /** Opens an envelope under a password: the challenge. */
  readonly password?: Secret
  /** Certificates of the server, as GetCACert delivers them: who signed a reply, to whom a request is addressed. */
  readonly authorities?: readonly Certificate[]
  /** Compatibility profiles to judge by; all of them when left out. */
  readonly profiles?: readonly string[]
  /** Show challenges. */
  readonly showSecrets?: boolean
  /** The time against which validity and signing times are judged. */
  readonly now: Date
}
