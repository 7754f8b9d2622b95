import { explicit, integer, sequence, time } from '../der/write.ts'
import type { Name } from '../name/name.ts'

export interface NewCertificate {
  /** Content octets. */
  readonly serialNumber: Buffer
  /** AlgorithmIdentifier. */
  readonly signature: Buffer
  readonly issuer: Name
  readonly notBefore: Date
  readonly notAfter: Date
  readonly subject: Name
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer
  readonly extensions: readonly Buffer[]
}

/** TBSCertificate of version 3. Names and key go in as the bytes they came in. */
export function buildTbsCertificate(c: NewCertificate): Buffer {
  return sequence(
    VERSION_3,
    integer(c.serialNumber),
    c.signature,
    c.issuer.der,
    sequence(time(c.notBefore), time(c.notAfter)),
    c.subject.der,
    c.publicKey,
    ...(c.extensions.length === 0 ? [] : [explicit(3, sequence(...c.extensions))]),
  )
}

const VERSION_3 = explicit(0, integer(2))
