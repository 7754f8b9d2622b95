import type { CertificateSelector } from '@chancery/ra'
import { AdminRefusal } from '../admin-refusal.ts'

/** @throws {AdminRefusal} 422 unless exactly one is given */
export function selectorOf(query: { readonly serial?: string; readonly fingerprint?: string }): CertificateSelector {
  const { serial, fingerprint } = query
  if (serial !== undefined && fingerprint === undefined) return { serial: serialOctets(serial) }
  if (fingerprint !== undefined && serial === undefined) {
    return { digest: Buffer.from(fingerprint.replaceAll(':', ''), 'hex') }
  }
  throw new AdminRefusal(422, ['Ask by serial or by fingerprint, one of the two.'])
}

/** As the content octets of the INTEGER are stored: tools print the number with or without the zeros before it. */
export function serialOctets(text: string): string {
  const digits = text
    .toLowerCase()
    .replace(/^0x/, '')
    .replaceAll(':', '')
    .replace(/^0+(?=.)/, '')
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  return /^[89a-f]/.test(even) ? `00${even}` : even
}
