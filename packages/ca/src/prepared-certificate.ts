import type { GeneralName, Name } from '@chancery/pki'
import { CaError } from './ca-error.ts'
import type { Issuer } from './issuer.ts'

interface Decided {
  readonly issuer: Issuer
  readonly tbs: Buffer
  readonly serialNumber: Buffer
  readonly subject: Name
  readonly subjectAltNames: readonly GeneralName[]
  readonly notBefore: Date
  readonly notAfter: Date
}

/** Leave to sign one certificate. Only `prepare` makes one, so nothing unjudged is signed; `sign` spends it. */
class Preparation {
  readonly issuer: Issuer
  /** The exact TBSCertificate. */
  readonly tbs: Buffer
  /** Content octets of the INTEGER. */
  readonly serialNumber: Buffer
  readonly subject: Name
  readonly subjectAltNames: readonly GeneralName[]
  readonly notBefore: Date
  readonly notAfter: Date
  #spent = false

  constructor(decided: Decided) {
    this.issuer = decided.issuer
    this.tbs = decided.tbs
    this.serialNumber = decided.serialNumber
    this.subject = decided.subject
    this.subjectAltNames = decided.subjectAltNames
    this.notBefore = decided.notBefore
    this.notAfter = decided.notAfter
  }

  static spend(prepared: Preparation): Buffer {
    if (prepared.#spent) throw new CaError('ERR_CA_SPENT', 'this certificate was signed already')
    prepared.#spent = true
    return prepared.tbs
  }
}

export type PreparedCertificate = Preparation

/** For `prepare` alone. */
export function leaveToSign(decided: Decided): PreparedCertificate {
  return new Preparation(decided)
}

/** The bytes to sign; @throws {CaError} the second time */
export function spend(prepared: PreparedCertificate): Buffer {
  return Preparation.spend(prepared)
}
