import { parseCertificate } from '@chancery/pki'

const DAY = 86_400_000
/** Devices keep the certificate of GetCACert for a long time (design, rule 9). */
const AT_LEAST_MILLISECONDS = 90 * DAY

/** How long the key of an RA certificate that steps back now goes on opening messages. */
export function decryptsUntil(certificate: Buffer, now: Date): Date {
  const ends = parseCertificate(certificate).notAfter.getTime()
  return new Date(Math.max(ends, now.getTime() + AT_LEAST_MILLISECONDS))
}
