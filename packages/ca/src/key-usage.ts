import type { PublicKeyInfo } from '@chancery/pki'
import { CaError } from './ca-error.ts'
import type { EndEntityKeyUsage } from './template.ts'

/** What a key of a type may be certified for (RFC 4055 §1.2, RFC 5480 §3 with RFC 8813 §3, RFC 8410 §5). */
const ABLE = {
  rsa: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment'],
  ec: ['digitalSignature', 'nonRepudiation', 'keyAgreement'],
  ed25519: ['digitalSignature', 'nonRepudiation'],
  unknown: [],
} as const satisfies Record<PublicKeyInfo['type'], readonly EndEntityKeyUsage[]>

/** Those of the uses wanted that a key is able to. None is refused: a certificate without keyUsage is good for everything. */
export function keyUsageFor(type: PublicKeyInfo['type'], wanted: readonly EndEntityKeyUsage[]): EndEntityKeyUsage[] {
  const able: readonly EndEntityKeyUsage[] = ABLE[type]
  const usage = wanted.filter((use) => able.includes(use))
  if (usage.length === 0) {
    throw new CaError('ERR_CA_TEMPLATE', `no use of ${wanted.join(', ') || 'none'} fits a key of type ${type}`)
  }
  return usage
}
