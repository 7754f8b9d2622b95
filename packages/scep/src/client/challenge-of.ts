import { challengePasswords, parseCertificationRequest } from '@chancery/pki'
import { Secret } from '../secret.ts'

/** The challenge in a request of our own, which is the password of its messages too (RFC 8894 §3.1, S-3.1-P11). */
export function challengeOf(csr: Buffer): Secret | undefined {
  const [challenge] = challengePasswords(parseCertificationRequest(csr))
  return challenge === undefined || challenge === '' ? undefined : new Secret(challenge)
}
