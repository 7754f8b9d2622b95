import {
  type AuditEvent,
  type CertificateStanding,
  type DueRetirement,
  type NewCertificate,
  REVOCATION_REASONS,
} from '@chancery/ra'
import { writeAudit } from './audit/write.ts'
import { fromDate, toDate } from './column.ts'
import type { Driver } from './driver.ts'
import { type Lease, requireLease } from './lease-store.ts'
import { writeRevocation } from './revocation-change.ts'
import type { StoreKeys } from './seal/store-key.ts'
import { condition, insertRow, type RowOf, slot, statement } from './statement.ts'
import type { Write } from './unit.ts'

/** Predecessors that are to be revoked because they have a successor. */
export interface RetirementStore {
  /** Whose time has come, the longest due first; none whose successor is on hold. */
  due(now: Date, limit: number): Promise<DueRetirement[]>
  /**
   * Revokes the predecessor and forgets the entry in one commit; its CRL is due as after any revocation. False when
   * predecessor or successor was revoked meanwhile, or the entry or the lease is somebody else's.
   */
  revoke(due: DueRetirement, at: Date, lease?: Lease, audit?: readonly AuditEvent[]): Promise<boolean>
  /** Forgets the entry. */
  drop(due: DueRetirement, lease?: Lease): Promise<boolean>
}

export function retirementStore(driver: Driver, keys: StoreKeys): RetirementStore {
  const commit = async (...writes: Write[]) =>
    (await driver.commit({ writes, sequential: true })).status === 'committed'
  return {
    async due(now, limit) {
      const rows = await driver.all(findDue, { now: fromDate(now), limit })
      return rows.map(toDueRetirement)
    },
    revoke: (due, at, lease, audit = []) =>
      commit(
        ...requireLease(lease),
        forget(due),
        { statement: isIssued, values: { uuid: due.successor }, otherwise: 'state' },
        ...writeRevocation(standingOf(due), { at, reason: 'superseded' }),
        ...writeAudit(keys, audit),
      ),
    drop: (due, lease) => commit(...requireLease(lease), forget(due)),
  }
}

function standingOf({ certificate: uuid, issuerId, state }: DueRetirement): CertificateStanding {
  return { uuid, issuerId, revocation: state === 'held' ? { reason: 'certificateHold' } : undefined }
}

/** In the unit that issues the successor. */
export function writeRetirement({ uuid, predecessor, retires }: NewCertificate): Write[] {
  if (predecessor === undefined || retires === undefined) return []
  const values = {
    successor: uuid,
    certificate: predecessor,
    scepProfile: retires.scepProfileId,
    reason: REVOCATION_REASONS.superseded,
    due: fromDate(retires.at),
  }
  return [{ statement: insertDue, values, otherwise: 'state' }]
}

const insertDue = statement((db) =>
  insertRow(db, 'due_revocation', {
    successor_uuid: slot('successor'),
    certificate_uuid: slot('certificate'),
    scep_profile_id: slot('scepProfile'),
    reason: slot('reason'),
    due_at: slot('due'),
  }),
)

const HOLD = REVOCATION_REASONS.certificateHold

const findDue = statement((db) =>
  db
    .selectFrom('due_revocation as d')
    .innerJoin('certificate as c', 'c.uuid', 'd.certificate_uuid')
    .innerJoin('certificate as s', 's.uuid', 'd.successor_uuid')
    .where('d.due_at', '<=', slot<number>('now'))
    // A hold may be lifted again, so nothing is decided meanwhile.
    .where((eb) => eb.or([eb('s.state', '=', 'issued'), eb('s.revocation_reason', '!=', HOLD)]))
    .orderBy('d.due_at')
    .limit(slot<number>('limit'))
    .select([
      'd.certificate_uuid',
      'd.successor_uuid',
      'd.scep_profile_id',
      'c.issuer_id',
      'c.not_after',
      'c.state',
      'c.revocation_reason as reason',
      's.state as successor_state',
    ]),
)

function toDueRetirement(row: RowOf<typeof findDue>): DueRetirement {
  return {
    certificate: row.certificate_uuid,
    successor: row.successor_uuid,
    scepProfileId: row.scep_profile_id,
    issuerId: row.issuer_id,
    notAfter: toDate(row.not_after),
    state: row.reason === HOLD ? 'held' : row.state,
    successorState: row.successor_state,
  }
}

function forget({ successor }: DueRetirement): Write {
  return { statement: deleteDue, values: { successor }, otherwise: 'state' }
}

const deleteDue = statement((db) =>
  db.deleteFrom('due_revocation').where('successor_uuid', '=', slot<string>('successor')),
)

const isIssued = condition((db) =>
  db.selectFrom('certificate').select('uuid').where('uuid', '=', slot<string>('uuid')).where('state', '=', 'issued'),
)
