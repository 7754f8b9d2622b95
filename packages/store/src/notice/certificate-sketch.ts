import { dayOf, FACET } from '../certificate/term.ts'
import { toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { statement } from '../statement.ts'
import { textsOf } from './list-of.ts'

/** What a notice tells of a certificate. */
export interface CertificateSketch {
  readonly uuid: string
  readonly purpose: 'device' | 'ra' | 'ocsp'
  readonly serial: string
  readonly subject: string | null
  readonly notAfter: Date
  readonly raProfileId: number | null
}

export async function sketchCertificates(driver: Driver, uuids: readonly string[]): Promise<CertificateSketch[]> {
  if (uuids.length === 0) return []
  return (await driver.all(byUuids, { uuids: JSON.stringify(uuids) })).map(toSketch)
}

/**
 * Certificates of devices that end after one time and up to another, that count and that nobody has renewed: found by the terms under
 * which the inventory has each day and each predecessor, so that only those days are read.
 */
export async function expiringCertificates(
  driver: Driver,
  { after, upTo, limit }: { readonly after: Date; readonly upTo: Date; readonly limit: number },
): Promise<CertificateSketch[]> {
  const rows = await driver.report((db) =>
    db
      .selectFrom('certificate_term as t')
      .innerJoin('certificate as c', 'c.id', 't.certificate_id')
      .where(
        't.term',
        'in',
        daysFrom(after, upTo).map((day) => FACET.day(day)),
      )
      .where('c.purpose', '=', 'device')
      .where('c.not_after', '>', after.getTime() * 1000)
      .where('c.not_after', '<=', upTo.getTime() * 1000)
      .where('c.state', '=', 'issued')
      .where(({ not, exists, selectFrom, fn, val }) =>
        not(
          exists(
            selectFrom('certificate_term as r')
              .select('r.certificate_id')
              .where('r.term', '=', fn<string>('concat', [val(FACET.renews('')), 'c.uuid'])),
          ),
        ),
      )
      .orderBy('c.id')
      .limit(limit)
      .select(['c.id', 'c.uuid', 'c.purpose', 'c.serial', 'c.subject', 'c.not_after', 'c.ra_profile_id']),
  )
  return rows.map(toSketch)
}

const DAY = 86_400_000

function daysFrom(after: Date, upTo: Date): string[] {
  const days: string[] = []
  const first = Math.floor(after.getTime() / DAY) * DAY
  for (let day = first; day <= upTo.getTime(); day += DAY) days.push(dayOf(new Date(day)))
  return days
}

interface Row {
  readonly uuid: string
  readonly purpose: 'device' | 'ra' | 'ocsp'
  readonly serial: string
  readonly subject: string | null
  readonly not_after: number
  readonly ra_profile_id: number | null
}

function toSketch({ uuid, purpose, serial, subject, not_after, ra_profile_id }: Row): CertificateSketch {
  return { uuid, purpose, serial, subject, notAfter: toDate(not_after), raProfileId: ra_profile_id }
}

const byUuids = statement((db) =>
  db
    .selectFrom('certificate')
    .where('uuid', 'in', textsOf(db, 'uuids'))
    .select(['uuid', 'purpose', 'serial', 'subject', 'not_after', 'ra_profile_id']),
)
