import type { Decision, TransactionKind, TransactionState, WaitingRequest } from '@chancery/ra'
import { sql } from 'kysely'
import { toBytes, toDate, toFlag } from '../column.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { slot, statement } from '../statement.ts'
import { openCsr } from './sealed.ts'

/** A transaction with the last decision about it. */
export interface WaitingRow {
  readonly uuid: string
  readonly state: TransactionState
  readonly endpoint: string
  readonly kind: TransactionKind
  readonly transaction_id: Uint8Array
  readonly signer_digest: Uint8Array
  readonly scep_profile_id: number
  readonly ra_profile_id: number
  readonly csr_key_digest: Uint8Array
  readonly issuer_id: number | null
  readonly sealed_csr: Uint8Array | null
  readonly subject: string | null
  readonly predecessor: string | null
  readonly source: string | null
  readonly authenticated: number
  readonly created_at: number
  readonly expires_at: number | null
  readonly reason: string | null
  readonly certificate_uuid: string | null
  readonly use_state: 'reserved' | 'spent' | 'returned' | null
  readonly decision_uuid: string | null
  readonly decision: Decision['decision'] | null
  readonly comment: string | null
  readonly decided_by: string | null
  readonly decided_role: string | null
  readonly decided_at: number | null
  readonly decisions: number
  readonly requested_by: string | null
}

/** Somebody agreed. */
export interface ApprovedRow {
  readonly transaction_uuid: string
  readonly uuid: string
  readonly comment: string | null
  readonly decided_by: string
  readonly decided_role: string | null
  readonly decided_at: number
}

const COLUMNS = sql`t.uuid, t.state, t.endpoint, t.kind, t.transaction_id, t.signer_digest, t.scep_profile_id,
  t.ra_profile_id, t.csr_key_digest, t.issuer_id, t.sealed_csr, t.subject, t.predecessor, t.source, t.authenticated, t.created_at,
  t.expires_at, t.reason, t.certificate_uuid, t.decisions, t.requested_by, u.state as use_state, a.uuid as decision_uuid, a.decision,
  a.comment, a.decided_by, a.decided_role, a.decided_at`
const USE = sql`left join challenge_use u on u.transaction_uuid = t.uuid`
const LAST = sql`a.transaction_uuid = t.uuid and not exists
  (select 1 from approval later where later.transaction_uuid = a.transaction_uuid and later.id > a.id)`
/** 0 and an empty text stand for all; a list of ids is one value here, so that the statement is the same for any number of them. */
const OF_LIST = sql`t.authenticated = ${slot('authenticated')}
  and (t.scep_profile_id = ${slot('scepProfile')} or ${slot('scepProfile')} = 0)
  and (${slot('within')} = '' or ${slot('within')} like '%,s' || t.scep_profile_id || ',%'
    or ${slot('within')} like '%,r' || t.ra_profile_id || ',%')`

const query = (text: ReturnType<typeof sql>) =>
  statement<WaitingRow>((db) => ({ compile: () => sql<WaitingRow>`${text}`.compile(db) }))

export const findWaiting = query(sql`select ${COLUMNS} from scep_transaction t ${USE} left join approval a on ${LAST}
  where t.uuid = ${slot('transaction')} and t.subject is not null`)

const OPEN = sql`t.sealed_csr is not null and t.subject is not null and t.superseded_by is null and ${OF_LIST} and t.uuid > ${slot('after')}
  order by t.uuid limit ${slot('limit')}`
const DECIDED = sql`t.sealed_csr is null and ${OF_LIST} and t.uuid < ${slot('after')}
  order by t.uuid desc limit ${slot('limit')}`

/** What somebody may decide, the oldest first. */
export const listOpen = query(
  sql`select ${COLUMNS} from scep_transaction t ${USE} left join approval a on ${LAST} where ${OPEN}`,
)

/** What was decided, the newest request first. */
export const listDecided = query(
  sql`select ${COLUMNS} from approval a join scep_transaction t on ${LAST} ${USE} where ${DECIDED}`,
)

const approved = (which: ReturnType<typeof sql>) =>
  statement<ApprovedRow>((db) => ({
    compile: () =>
      sql<ApprovedRow>`select transaction_uuid, uuid, comment, decided_by, decided_role, decided_at from approval
        where decision = 'approved' and transaction_uuid ${which} order by id`.compile(db),
  }))

/** Who agreed to one request, and to those of a page. */
export const listApproved = {
  one: approved(sql`= ${slot('transaction')}`),
  open: approved(sql`in (select t.uuid from scep_transaction t where ${OPEN})`),
  decided: approved(sql`in (select t.uuid from approval a join scep_transaction t on ${LAST} where ${DECIDED})`),
}

export const countOpen = statement<{ readonly waiting: number }>((db) => ({
  compile: () =>
    sql<{ readonly waiting: number }>`select count(*) as waiting from scep_transaction t
      where t.state = 'awaiting_approval' and t.expires_at > ${slot('now')} and t.superseded_by is null and ${OF_LIST}`.compile(
      db,
    ),
}))

export const listExpired = statement((db) =>
  db
    .selectFrom('scep_transaction')
    .where('sealed_csr', 'is not', null)
    .where('state', '=', 'awaiting_approval')
    .where('expires_at', '<=', slot<number>('now'))
    .orderBy('expires_at')
    .limit(slot<number>('limit'))
    .select('uuid'),
)

/** Ordered after an approval, and never signed. */
export const listVoid = statement((db) =>
  db
    .selectFrom('scep_transaction')
    .where('sealed_csr', 'is not', null)
    .where('state', '=', 'ordered')
    .where('changed_at', '<=', slot<number>('before'))
    .limit(slot<number>('limit'))
    .select('uuid'),
)

/** Whether there is anything to forget, be it a transaction, a CSR or a challenge. */
export const firstDue = statement((db) =>
  db
    .selectFrom('scep_transaction')
    .where('sealed_csr', 'is not', null)
    .where((eb) =>
      eb.or([
        eb('expires_at', '<=', slot<number>('now')),
        eb.and([eb('state', '=', 'ordered'), eb('changed_at', '<=', slot<number>('before'))]),
      ]),
    )
    .limit(1)
    .select('uuid'),
)

export const firstOldChallenge = statement((db) =>
  db
    .selectFrom('scep_transaction')
    .where('sealed_challenge', 'is not', null)
    .where('state', 'not in', ['received', 'awaiting_approval', 'ordered'])
    .where('changed_at', '<=', slot<number>('before'))
    .limit(1)
    .select('uuid'),
)

/** @param approved of this request, and of others perhaps */
export function toWaiting(row: WaitingRow, approved: readonly ApprovedRow[], keys: StoreKeys): WaitingRequest {
  return {
    uuid: row.uuid,
    state: row.state,
    endpoint: row.endpoint,
    kind: row.kind,
    transactionId: toBytes(row.transaction_id).toString('latin1') as WaitingRequest['transactionId'],
    signerDigest: toBytes(row.signer_digest),
    scepProfileId: row.scep_profile_id,
    raProfileId: row.ra_profile_id,
    csrKeyDigest: toBytes(row.csr_key_digest),
    issuerId: row.issuer_id ?? 0,
    csr: openCsr(keys, row.uuid, row.sealed_csr),
    subject: row.subject ?? '',
    predecessor: row.predecessor ?? undefined,
    source: row.source ?? undefined,
    authenticated: toFlag(row.authenticated),
    since: toDate(row.created_at),
    expiresAt: row.expires_at === null ? undefined : toDate(row.expires_at),
    reason: (row.reason ?? undefined) as WaitingRequest['reason'],
    certificateUuid: row.certificate_uuid ?? undefined,
    challengeUse: row.use_state ?? undefined,
    decision: decisionOf(row),
    approvals: approved.filter((one) => one.transaction_uuid === row.uuid).map(toApproval),
    decisions: row.decisions,
    requestedBy: row.requested_by ?? undefined,
  }
}

function decisionOf(row: WaitingRow): Decision | undefined {
  const { decision_uuid, decision, comment, decided_by, decided_role, decided_at } = row
  if (decision_uuid === null || decision === null) return undefined
  return {
    uuid: decision_uuid,
    decision,
    comment,
    by: decided_by ?? '',
    role: decided_role,
    at: toDate(decided_at ?? 0),
  }
}

function toApproval({ uuid, comment, decided_by, decided_role, decided_at }: ApprovedRow): Decision {
  return { uuid, decision: 'approved', comment, by: decided_by, role: decided_role, at: toDate(decided_at) }
}
