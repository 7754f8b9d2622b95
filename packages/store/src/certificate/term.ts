import type { CertificateEntry } from './row.ts'
import { withoutNameType, wordsOf } from './words.ts'

/** What only the octets of a certificate say; the store reads no ASN.1. */
export interface CertificateContent {
  /** Such as `rsa-2048`, `p-256`. */
  readonly key: string
  /** Subject and subject alternative names. */
  readonly names: readonly string[]
}

export type DescribeCertificate = (der: Buffer) => CertificateContent

/** What lists are narrowed by. No word begins with `=`, so these never meet one. */
export const FACET = {
  raProfile: (name: string) => `=ra:${name}`,
  scepProfile: (name: string) => `=scep:${name}`,
  authority: (name: string) => `=authority:${name}`,
  protocol: (name: string) => `=protocol:${name}`,
  /** Of our own alone: nearly all the others are for devices. */
  purpose: (name: string) => `=purpose:${name}`,
  key: (name: string) => `=key:${name}`,
  renews: (uuid: string) => `=renews:${uuid}`,
  /** Of its end, in UTC. A span of time is some years, some months and some days. */
  year: (year: string) => `=year:${year}`,
  month: (month: string) => `=month:${month}`,
  day: (day: string) => `=day:${day}`,
} as const

/** `2027-01-15`: X.509 knows no year after 9999. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}

/** Everything that a certificate is found and narrowed by. */
export function termsOf(entry: CertificateEntry, content: CertificateContent | undefined): Set<string> {
  const terms = wordsOf([...subjectNames(entry, content), ...entry.subjectAltNames.map(withoutNameType)])
  for (const word of wordsOf([entry.transactionId ?? ''])) terms.add(word)
  for (const facet of facetsOf(entry, content)) terms.add(facet)
  return terms
}

/** The subject; of our own certificates all names, as their octets have them. */
function subjectNames({ subject }: CertificateEntry, content: CertificateContent | undefined): readonly string[] {
  return subject === null ? (content?.names ?? []) : [subject]
}

/** Of the subject alone. */
export function subjectWordsOf(entry: CertificateEntry, content: CertificateContent | undefined): Set<string> {
  return wordsOf(subjectNames(entry, content).slice(0, 1))
}

function facetsOf(entry: CertificateEntry, content: CertificateContent | undefined): string[] {
  const { raProfile, scepProfile, protocol, purpose, predecessor, notAfter } = entry
  const day = dayOf(notAfter)
  return [
    FACET.authority(entry.authority),
    FACET.year(day.slice(0, 4)),
    FACET.month(day.slice(0, 7)),
    FACET.day(day),
    ...(raProfile === null ? [] : [FACET.raProfile(raProfile)]),
    ...(scepProfile === null ? [] : [FACET.scepProfile(scepProfile)]),
    ...(protocol === null ? [] : [FACET.protocol(protocol)]),
    ...(purpose === 'device' ? [] : [FACET.purpose(purpose)]),
    ...(predecessor === null ? [] : [FACET.renews(predecessor)]),
    ...(content === undefined ? [] : [FACET.key(content.key)]),
  ]
}
