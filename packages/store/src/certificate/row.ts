import { type RevocationReason, revocationReasonOf } from '@chancery/ra'
import { sql } from 'kysely'
import { toBytes, toDate } from '../column.ts'

/** What is read of a certificate for lists; its octets only where they are asked for. */
export interface CertificateRow {
  readonly id: number
  readonly uuid: string
  readonly purpose: 'device' | 'ra' | 'ocsp'
  readonly issuer_id: number
  readonly serial: string
  readonly digest: Uint8Array
  readonly subject: string | null
  readonly subject_alt_names: string | null
  readonly not_before: number
  readonly not_after: number
  readonly state: 'issued' | 'revoked'
  readonly revoked_at: number | null
  readonly revocation_reason: number | null
  readonly predecessor: string | null
  readonly endpoint: string | null
  readonly transaction_uuid: string | null
  readonly created_at: number
  readonly ra_profile: string | null
  readonly transaction_scep_profile: string | null
  readonly authority: string
  readonly transaction_id: Uint8Array | null
  readonly der: Uint8Array | null
}

/** Profiles and authorities stay in their tables when they are deleted, so that their certificates keep their names. */
export const ROW_SOURCE = sql`certificate c
  join issuer i on i.id = c.issuer_id
  join authority a on a.id = i.authority_id
  left join ra_profile r on r.id = c.ra_profile_id
  left join scep_transaction t on t.uuid = c.transaction_uuid
  left join scep_profile s on s.id = t.scep_profile_id`

const LIGHT = sql`c.id, c.uuid, c.purpose, c.issuer_id, c.serial, c.digest, c.subject, c.subject_alt_names, c.not_before,
  c.not_after, c.state, c.revoked_at, c.revocation_reason, c.predecessor, c.endpoint, c.transaction_uuid, c.created_at,
  r.name as ra_profile, s.name as transaction_scep_profile, a.name as authority, t.transaction_id`

/** Our own certificates have no subject beside their octets. */
export const ROW_COLUMNS = sql`${LIGHT}, case when c.subject is null then c.der end as der`
export const ROW_COLUMNS_WITH_DER = sql`${LIGHT}, c.der`

export type Protocol = 'scep' | 'api'

/** A certificate as lists and searches give it. */
export interface CertificateEntry {
  readonly id: number
  readonly uuid: string
  readonly purpose: 'device' | 'ra' | 'ocsp'
  readonly issuerId: number
  readonly authority: string
  /** Lower-case hex of the content octets. */
  readonly serial: string
  /** SHA-256 of the octets. */
  readonly digest: Buffer
  /** RFC 4514; null where only the octets have it. */
  readonly subject: string | null
  readonly subjectAltNames: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  readonly state: 'issued' | 'held' | 'revoked'
  readonly revocation: { readonly at: Date; readonly reason: RevocationReason } | undefined
  readonly predecessor: string | null
  readonly endpoint: string | null
  /** Null: it is our own. */
  readonly protocol: Protocol | null
  /** Names, also of profiles that are deleted. */
  readonly raProfile: string | null
  readonly scepProfile: string | null
  readonly transactionUuid: string | null
  readonly transactionId: string | null
  readonly createdAt: Date
  readonly der: Buffer | undefined
}

export function toEntry(row: CertificateRow): CertificateEntry {
  const { subject_alt_names: names, revoked_at: at, revocation_reason: code, transaction_id: transactionId } = row
  const reason = row.state === 'issued' ? undefined : revocationReasonOf(code ?? 0)
  return {
    id: row.id,
    uuid: row.uuid,
    purpose: row.purpose,
    issuerId: row.issuer_id,
    authority: row.authority,
    serial: row.serial,
    digest: toBytes(row.digest),
    subject: row.subject,
    subjectAltNames: names === null ? [] : (JSON.parse(names) as string[]),
    notBefore: toDate(row.not_before),
    notAfter: toDate(row.not_after),
    state: reason === undefined ? 'issued' : reason === 'certificateHold' ? 'held' : 'revoked',
    revocation: reason && { at: toDate(at ?? 0), reason },
    predecessor: row.predecessor,
    endpoint: row.endpoint,
    protocol: protocolOf(row.endpoint),
    raProfile: row.ra_profile,
    scepProfile: scepProfileOf(row),
    transactionUuid: row.transaction_uuid,
    transactionId: transactionId === null ? null : toBytes(transactionId).toString('latin1'),
    createdAt: toDate(row.created_at),
    der: row.der === null ? undefined : toBytes(row.der),
  }
}

function protocolOf(endpoint: string | null): Protocol | null {
  if (endpoint === null) return null
  return endpoint.startsWith('api/') ? 'api' : 'scep'
}

/** As addressed; where an RA profile was addressed, that of the transaction, as long as it is remembered. */
function scepProfileOf({ endpoint, transaction_scep_profile }: CertificateRow): string | null {
  const [kind, name] = endpoint?.split('/') ?? []
  return kind === 'scepProfile' && name !== undefined ? name : transaction_scep_profile
}
