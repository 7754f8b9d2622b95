import { type RevocationReason, revocationReasonOf } from '@chancery/ra'
import { sql } from 'kysely'
import { toBytes, toDate, toDerList } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type CertificateEntry, type CertificateRow, ROW_COLUMNS_WITH_DER, ROW_SOURCE, toEntry } from './row.ts'

/** A CA that issued certificates of the inventory, also one of an authority that is deleted since. */
export interface IssuerOfCertificates {
  readonly id: number
  readonly certificate: Buffer
  /** Certificates above it, up to the root. */
  readonly chain: readonly Buffer[]
}

/** A change of a certificate's standing. */
export interface StandingChange {
  readonly kind: 'held' | 'released' | 'revoked'
  readonly at: Date
  /** Undefined: it was released. */
  readonly reason: RevocationReason | undefined
}

/** How the request for a certificate went. */
export interface RequestOfCertificate {
  readonly at: Date
  readonly requestedBy: string | null
  readonly decisions: readonly {
    readonly decision: 'approved' | 'rejected' | 'expired'
    readonly at: Date
    readonly by: string
    readonly comment: string | null
  }[]
}

/** With its octets. */
export async function certificateDetail(driver: Driver, uuid: string): Promise<CertificateEntry | undefined> {
  const [row] = await driver.report<CertificateRow>((db) => ({
    compile: () =>
      sql<CertificateRow>`select ${ROW_COLUMNS_WITH_DER} from ${ROW_SOURCE} where c.uuid = ${uuid}`.compile(db),
  }))
  return row && toEntry(row)
}

/** There are few: one for each generation of each authority. */
export async function issuersOfCertificates(driver: Driver): Promise<IssuerOfCertificates[]> {
  const rows = await driver.report((db) => db.selectFrom('issuer').select(['id', 'certificate', 'chain']))
  return rows.map(({ id, certificate, chain }) => ({
    id,
    certificate: toBytes(certificate),
    chain: toDerList(chain),
  }))
}

/** The oldest first. */
export async function standingChanges(driver: Driver, entry: CertificateEntry): Promise<StandingChange[]> {
  const rows = await driver.report((db) =>
    db
      .selectFrom('revocation_change')
      .where('certificate_uuid', '=', entry.uuid)
      .orderBy('id')
      .select(['kind', 'reason', 'at']),
  )
  const changes = rows.map(({ kind, reason, at }) => ({
    kind,
    at: toDate(at),
    reason: kind === 'released' ? undefined : revocationReasonOf(reason),
  }))
  // Changes are kept since schema 5; of a revocation from before that the certificate itself tells.
  const { revocation, state } = entry
  if (changes.length > 0 || revocation === undefined || state === 'issued') return changes
  return [{ kind: state, ...revocation }]
}

/** Undefined once the transaction is forgotten. */
export async function requestOf(driver: Driver, entry: CertificateEntry): Promise<RequestOfCertificate | undefined> {
  const uuid = entry.transactionUuid
  if (uuid === null) return undefined
  const [transaction] = await driver.report((db) =>
    db.selectFrom('scep_transaction').where('uuid', '=', uuid).select(['created_at', 'requested_by']),
  )
  if (transaction === undefined) return undefined
  const decisions = await driver.report((db) =>
    db
      .selectFrom('approval')
      .where('transaction_uuid', '=', uuid)
      .orderBy('id')
      .select(['decision', 'decided_at', 'decided_by', 'comment']),
  )
  return {
    at: toDate(transaction.created_at),
    requestedBy: transaction.requested_by,
    decisions: decisions.map(({ decision, decided_at, decided_by, comment }) => ({
      decision,
      at: toDate(decided_at),
      by: decided_by,
      comment,
    })),
  }
}
