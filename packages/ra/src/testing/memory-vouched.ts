import type { AuditEvent } from '../audit-event.ts'
import type { UnitOutcome } from '../ports.ts'
import type { KnownTransaction } from '../transaction.ts'
import type { HeldCertificate, ToldNames, VouchedRequests } from '../vouched/vouched-requests.ts'
import type { MemoryRoll, Row } from './memory-roll.ts'

/** The contract of vouched requests in memory, over the roll. */
export class MemoryVouched implements VouchedRequests {
  readonly told: ToldNames[] = []
  readonly #roll: MemoryRoll

  constructor(roll: MemoryRoll) {
    this.#roll = roll
  }

  find(csr: Buffer): Promise<KnownTransaction | undefined> {
    return Promise.resolve([...this.#roll.rows.values()].find(({ vouched }) => vouched?.csr.equals(csr))?.known)
  }

  held(transaction: string): Promise<HeldCertificate | undefined> {
    const row = this.#roll.rows.get(transaction)
    return Promise.resolve(row === undefined ? undefined : toHeld(row))
  }

  release(held: HeldCertificate, told: ToldNames, audit: readonly AuditEvent[]): Promise<UnitOutcome> {
    this.told.push(told)
    return this.#become(held, 'free', audit)
  }

  postpone(held: HeldCertificate, dueAt: Date): Promise<UnitOutcome> {
    const row = this.#roll.rows.get(held.transaction)?.vouched
    if (row === undefined || row.attempts !== held.attempts) return CONFLICT
    Object.assign(row, { attempts: held.attempts + 1, dueAt })
    return Promise.resolve({ status: 'committed' })
  }

  giveUp(held: HeldCertificate, audit: readonly AuditEvent[]): Promise<UnitOutcome> {
    return this.#become(held, 'unreported', audit)
  }

  async isAnyDue(now: Date): Promise<boolean> {
    return (await this.due(now, 1)).length > 0
  }

  due(now: Date, limit: number): Promise<HeldCertificate[]> {
    const due = [...this.#roll.rows.values()].filter(
      ({ vouched }) => (vouched?.dueAt ?? Number.POSITIVE_INFINITY) <= now,
    )
    return Promise.resolve(due.flatMap((row) => toHeld(row) ?? []).slice(0, limit))
  }

  #become(held: HeldCertificate, release: 'free' | 'unreported', audit: readonly AuditEvent[]): Promise<UnitOutcome> {
    const row = this.#roll.rows.get(held.transaction)
    const certificate = row?.known.certificate
    if (row?.vouched === undefined || certificate?.release !== 'held') return CONFLICT
    row.vouched.dueAt = undefined
    this.#roll.alter(held.transaction, { certificate: { ...certificate, release } })
    this.#roll.audit.push(...audit)
    return Promise.resolve({ status: 'committed', certificate: certificate.der })
  }
}

const CONFLICT = Promise.resolve<UnitOutcome>({ status: 'conflict', on: 'state' })

function toHeld({ known, identity, vouched }: Row): HeldCertificate | undefined {
  const { uuid: transaction, certificate } = known
  if (vouched === undefined || certificate?.release !== 'held') return undefined
  const { transactionId, endpoint, signerDigest } = identity
  const { voucher, csr, attempts, since } = vouched
  return {
    ...{ transaction, voucher, transactionId, endpoint, signerDigest, csr, attempts, since },
    ...{
      certificate: certificate.der,
      certificateUuid: certificate.uuid,
      subject: 'CN=printer1',
      revoked: certificate.revoked,
    },
  }
}
