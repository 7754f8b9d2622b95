import type { Certificate } from '@chancery/pki'
import { CaError } from './ca-error.ts'
import type { CertificateTemplate } from './template.ts'

export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** From a little before now, for as long or until when the template says, and never outside the CA's own life. Whole seconds. */
export function validityFor(template: CertificateTemplate, ca: Certificate, now: Date): Validity {
  if (now.getTime() >= ca.notAfter.getTime()) throw new CaError('ERR_CA_ISSUER', 'the CA certificate has expired')
  const second = Math.floor(now.getTime() / 1000)
  const notBefore = Math.max((second - template.backdateSeconds) * 1000, ca.notBefore.getTime())
  const end = template.notAfter?.getTime() ?? (second + template.validitySeconds) * 1000
  if (end <= now.getTime()) throw new CaError('ERR_CA_ORDER', 'certificates of the template end in the past')
  const notAfter = Math.min(end, ca.notAfter.getTime())
  if (notAfter <= notBefore) throw new CaError('ERR_CA_ISSUER', 'the CA certificate is not valid yet')
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) }
}
