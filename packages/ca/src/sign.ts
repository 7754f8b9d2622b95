import { assembleSigned, type SigningKey } from '@chancery/pki'
import { CaError } from './ca-error.ts'
import { type Issuer, issuerFacts } from './issuer.ts'
import { lint } from './lint.ts'
import { type PreparedCertificate, spend } from './prepared-certificate.ts'

/** The certificate (DER) for what was prepared and recorded. Once: @throws {CaError} `ERR_CA_SPENT` the second time */
export function sign(prepared: PreparedCertificate, key: SigningKey): Buffer | Promise<Buffer> {
  const { issuer } = prepared
  if (key !== issuer.key && !key.publicKey.digest().equals(issuer.key.publicKey.digest())) {
    throw new CaError('ERR_CA_ISSUER', 'prepared for another issuer than the one that this key belongs to')
  }
  return seal(spend(prepared), issuer, key)
}

/**
 * The certificate (DER) over a TBSCertificate read back from the store, which was recorded before a crash. It is judged
 * again: whoever can write into the store must not be able to have a CA signed.
 */
export function signTbs(tbs: Buffer, issuer: Issuer): Buffer | Promise<Buffer> {
  lint(tbs, issuer)
  return seal(tbs, issuer, issuer.key)
}

function seal(tbs: Buffer, issuer: Issuer, key: SigningKey): Buffer | Promise<Buffer> {
  const { scheme, signatureAlgorithm } = issuerFacts(issuer)
  const signature = key.sign(tbs, scheme)
  return signature instanceof Promise
    ? signature.then((octets) => assembleSigned(tbs, signatureAlgorithm, octets))
    : assembleSigned(tbs, signatureAlgorithm, signature)
}
