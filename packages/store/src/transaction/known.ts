import type { KnownTransaction } from '@chancery/ra'
import { openChallenge } from '../approval/sealed.ts'
import { toBytes, toDate } from '../column.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { type RowOf, slot, statement } from '../statement.ts'

const KNOWN = [
  't.uuid',
  't.state',
  't.ra_profile_id',
  't.csr_key_digest',
  't.csr_content_digest',
  't.issuer_id',
  't.serial',
  't.tbs',
  't.shard',
  't.changed_at',
  't.expires_at',
  't.reason',
  't.sealed_challenge',
  't.certificate_uuid',
  'c.der',
  'c.issuer_id as certificate_issuer',
  'c.not_before',
  'c.not_after',
  'c.state as certificate_state',
  'c.release',
  'v.voucher',
] as const

export const findByIdentity = statement((db) =>
  db
    .selectFrom('scep_transaction as t')
    .leftJoin('certificate as c', 'c.uuid', 't.certificate_uuid')
    .leftJoin('vouched_request as v', 'v.transaction_uuid', 't.uuid')
    .where('t.identity_digest', '=', slot<Buffer>('identity'))
    .where('t.superseded_by', 'is', null)
    .select(KNOWN),
)

/** Exactly one CSR, whoever signed its message; also where what was begun with it is over. */
export const findByRequest = statement((db) =>
  db
    .selectFrom('vouched_request as v')
    .innerJoin('scep_transaction as t', 't.uuid', 'v.transaction_uuid')
    .leftJoin('certificate as c', 'c.uuid', 't.certificate_uuid')
    .where('v.request_digest', '=', slot<Buffer>('request'))
    .select([...KNOWN, 't.superseded_by']),
)

export function toKnownTransaction(row: RowOf<typeof findByIdentity>, keys: StoreKeys): KnownTransaction {
  const { issuer_id, serial, tbs, der, certificate_issuer, not_before, not_after } = row
  const { expires_at, reason, sealed_challenge, certificate_uuid, release } = row
  return {
    uuid: row.uuid,
    state: row.state,
    raProfileId: row.ra_profile_id,
    csrKeyDigest: toBytes(row.csr_key_digest),
    csrContentDigest: toBytes(row.csr_content_digest),
    ordered:
      row.state === 'ordered' && issuer_id !== null && serial !== null && tbs !== null
        ? {
            issuerId: issuer_id,
            serialNumber: Buffer.from(serial, 'hex'),
            tbs: toBytes(tbs),
            ...(row.shard === 0 ? {} : { shard: row.shard }),
            at: toDate(row.changed_at),
          }
        : undefined,
    elsewhere: row.state === 'ordered' && tbs === null && issuer_id !== null ? { issuerId: issuer_id } : undefined,
    certificate:
      certificate_uuid !== null &&
      der !== null &&
      certificate_issuer !== null &&
      not_before !== null &&
      not_after !== null &&
      release !== null
        ? {
            uuid: certificate_uuid,
            der: toBytes(der),
            issuerId: certificate_issuer,
            notBefore: toDate(not_before),
            notAfter: toDate(not_after),
            revoked: row.certificate_state === 'revoked',
            release,
          }
        : undefined,
    expiresAt: expires_at === null ? undefined : toDate(expires_at),
    reason: (reason ?? undefined) as KnownTransaction['reason'],
    vouched: row.voucher !== null,
    challenge: openChallenge(keys, row.uuid, sealed_challenge),
  }
}
