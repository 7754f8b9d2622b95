import type { NewNotice } from '@chancery/ra'
import { fromDate, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { advance, readPosition } from '../job-position.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { type CertificateSketch, expiringCertificates, sketchCertificates } from './certificate-sketch.ts'
import { type NoticeChannels, noticeChannels } from './channel-store.ts'
import { insertAll, type Outbox, outbox } from './outbox-store.ts'

/** Who is told what. */
export interface Notices {
  readonly channels: NoticeChannels
  readonly outbox: Outbox
  readonly expiry: Expiry
  certificates(uuids: readonly string[]): Promise<CertificateSketch[]>
}

/** Certificates are told of when time passes so many days before their end: each certificate once for each number of days. */
export interface Expiry {
  /** Up to when time has been gone through; undefined: never yet. */
  toldUpTo(days: number): Promise<Date | undefined>
  /** Of devices; neither revoked nor renewed. */
  ending(span: Parameters<typeof expiringCertificates>[1]): ReturnType<typeof expiringCertificates>
  /** In one commit, so that nobody is told twice and nobody is left out. False: another node was first. */
  tell(days: number, from: Date | undefined, to: Date, notices: readonly NewNotice[], lease: Lease): Promise<boolean>
}

export function notices(driver: Driver, keys: StoreKeys): Notices {
  return {
    channels: noticeChannels(driver, keys),
    outbox: outbox(driver, keys),
    certificates: (uuids) => sketchCertificates(driver, uuids),
    expiry: {
      async toldUpTo(days) {
        const position = await readPosition(driver, positionOf(days))
        return position === 0 ? undefined : toDate(position)
      },
      ending: (span) => expiringCertificates(driver, span),
      async tell(days, from, to, told, lease) {
        const moved = advance(positionOf(days), from === undefined ? 0 : fromDate(from), fromDate(to))
        const { status } = await driver.commit({ writes: [...requireLease(lease), moved, ...insertAll(told)] })
        return status === 'committed'
      },
    },
  }
}

function positionOf(days: number): string {
  return `noticeExpiry:${days}`
}
