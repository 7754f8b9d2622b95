import { encode, explicit, integer, sequence, time } from '../der/write.ts'
import type { Name } from '../name/name.ts'
import { PkiError } from '../pki-error.ts'
import { buildExtension } from '../x509/extension.ts'
import { EXTENSION_OID } from '../x509/extension-oid.ts'

export interface NewCrl {
  /** AlgorithmIdentifier. */
  readonly signature: Buffer
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly number: bigint
  /** Extension. */
  readonly authorityKeyIdentifier: Buffer
  /** Further ones. */
  readonly extensions?: readonly Buffer[]
  readonly revoked: readonly NewRevokedEntry[]
}

export interface NewRevokedEntry {
  /** Content octets. */
  readonly serialNumber: Buffer
  readonly at: Date
  /** CRLReason; absent or 0 (unspecified) is left out, as RFC 5280 §5.3.1 asks. */
  readonly reason?: number | undefined
}

/** TBSCertList of version 2. */
export function buildTbsCrl(crl: NewCrl): Buffer {
  const number = buildExtension(EXTENSION_OID.cRLNumber, false, integer(crl.number))
  return sequence(
    VERSION_2,
    crl.signature,
    crl.issuer.der,
    time(crl.thisUpdate),
    time(crl.nextUpdate),
    ...revokedCertificates(crl.revoked),
    explicit(0, sequence(crl.authorityKeyIdentifier, number, ...(crl.extensions ?? []))),
  )
}

/** Absent when nothing is revoked (RFC 5280 §5.1.2.6). Joined first: a call with 100,000 arguments overflows the stack. */
function revokedCertificates(revoked: readonly NewRevokedEntry[]): Buffer[] {
  return revoked.length === 0 ? [] : [sequence(Buffer.concat(revoked.map(revokedEntry)))]
}

function revokedEntry({ serialNumber, at, reason = 0 }: NewRevokedEntry): Buffer {
  const parts = [integer(serialNumber), time(at)]
  return reason === 0 ? sequence(...parts) : sequence(...parts, reasonExtensions(reason))
}

function reasonExtensions(reason: number): Buffer {
  const known = REASONS[reason]
  if (known === undefined) throw new PkiError('ERR_PKI_INVALID', 'no such revocation reason')
  return known
}

const ENUMERATED = 0x0a
const VERSION_2 = integer(1)

/** crlEntryExtensions with one reasonCode, by its number; 7 is not used. */
const REASONS: Readonly<Record<number, Buffer>> = Object.fromEntries(
  [1, 2, 3, 4, 5, 6, 8, 9, 10].map((reason) => {
    const value = encode(ENUMERATED, Buffer.from([reason]))
    return [reason, sequence(buildExtension(EXTENSION_OID.cRLReason, false, value))]
  }),
)
