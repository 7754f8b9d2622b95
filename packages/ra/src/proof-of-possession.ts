import { type CertificationRequest, verifyCertificationRequest } from '@chancery/pki'

/** Whether a request is signed by its own key. Also false for a key or parameters that nobody can use. */
export function isProven(csr: CertificationRequest): boolean {
  try {
    return verifyCertificationRequest(csr)
  } catch {
    return false
  }
}
