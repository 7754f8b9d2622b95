import { der } from '@chancery/pki'
import { CaError } from './ca-error.ts'
import { whyNeverCopied } from './foreign-extension.ts'
import { ANY_POLICY, ANY_PURPOSE, OCSP_SIGNING, RESTRICTED_PURPOSES } from './purpose.ts'
import type { CertificateTemplate } from './template.ts'

/** What no template may say, however it came about. @throws {CaError} */
export function checkTemplate(template: CertificateTemplate): void {
  const { validitySeconds, backdateSeconds, extendedKeyUsage, restrictedPurposes = [] } = template
  checkPolicies(template)
  checkForeignExtensions(template)
  if (!(validitySeconds > 0) || !(backdateSeconds >= 0)) refuse('a validity has at least one second')
  if (template.ocspNoCheck === true && !isOnlyOcspSigning(extendedKeyUsage)) {
    refuse('ocspNoCheck is for certificates that only sign OCSP answers')
  }
  if (extendedKeyUsage === 'none') return
  if (extendedKeyUsage.length === 0) refuse('without a purpose a certificate is good for all of them; name one')
  for (const purpose of extendedKeyUsage) {
    if (!der.isOid(purpose)) refuse(`${purpose} is not an object identifier`)
    if (purpose === ANY_PURPOSE) refuse('anyExtendedKeyUsage is never issued')
    const restricted = RESTRICTED_PURPOSES.get(purpose)
    if (restricted !== undefined && !restrictedPurposes.includes(purpose)) {
      refuse(`${restricted} is not for this template`)
    }
  }
}

function isOnlyOcspSigning(purposes: CertificateTemplate['extendedKeyUsage']): boolean {
  return purposes !== 'none' && purposes.length === 1 && purposes[0] === OCSP_SIGNING
}

function checkPolicies({ certificatePolicies = [] }: CertificateTemplate): void {
  for (const policy of certificatePolicies) {
    if (!der.isOid(policy)) refuse(`${policy} is not an object identifier`)
    if (policy === ANY_POLICY) refuse('anyPolicy is for CAs')
  }
}

function checkForeignExtensions({ extensions = [] }: CertificateTemplate): void {
  for (const { oid } of extensions) {
    if (!der.isOid(oid)) refuse(`${oid} is not an object identifier`)
    const reason = whyNeverCopied(oid)
    if (reason !== undefined) refuse(`extension ${oid} is never taken over: ${reason}`)
  }
}

function refuse(message: string): never {
  throw new CaError('ERR_CA_TEMPLATE', message)
}
