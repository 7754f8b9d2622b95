import { der } from '@chancery/pki'
import { CaError } from './ca-error.ts'
import { ANY_PURPOSE, RESTRICTED_PURPOSES } from './purpose.ts'
import type { CertificateTemplate } from './template.ts'

/** What no template may say, however it came about. @throws {CaError} */
export function checkTemplate(template: CertificateTemplate): void {
  const { validitySeconds, backdateSeconds, extendedKeyUsage, restrictedPurposes = [] } = template
  if (!(validitySeconds > 0) || !(backdateSeconds >= 0)) refuse('a validity has at least one second')
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

function refuse(message: string): never {
  throw new CaError('ERR_CA_TEMPLATE', message)
}
