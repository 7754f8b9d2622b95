import { type Certificate, keyUsage } from '@chancery/pki'

/** Whether its key may open messages and sign replies (RFC 8894 §2.1.2, §2.2); an EC key only signs, and challenges seal. */
export function opensMessages(certificate: Certificate): boolean {
  const { type } = certificate.publicKey
  if (type !== 'rsa' && type !== 'ec') return false
  const usage = keyUsage(certificate)
  if (usage === undefined) return true
  return usage.includes('digitalSignature') && (type === 'ec' || usage.includes('keyEncipherment'))
}

export function isValidAt({ notBefore, notAfter }: Pick<Certificate, 'notBefore' | 'notAfter'>, now: Date): boolean {
  return notBefore <= now && now < notAfter
}
