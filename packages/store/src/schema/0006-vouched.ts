import { type Compilable, type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

/**
 * Requests that somebody elsewhere vouches for and wants to hear of: what he has been told of them, what he wants revoked,
 * and how he was last spoken to.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration describes a past schema, not the present Database type
export function vouched(db: Kysely<any>, types: ColumnTypes): Compilable[] {
  const { text, bytes, integer } = types
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const table = (name: string): CreateTableBuilder<any, any> =>
    db.schema.createTable(name).modifyEnd(types.tableOptions)
  return [
    db.schema.alterTable('scep_profile').addColumn('intune', text),
    db.schema.alterTable('scep_profile').addColumn('sealed_intune_key', bytes),

    // One CSR, one transaction, whoever signs the message (design, rule 11).
    table('vouched_request')
      .addColumn('transaction_uuid', text, (c) => c.primaryKey().notNull())
      .addColumn('voucher', text, (c) => c.notNull())
      // HMAC over the PKCS#10: it has the challenge in it.
      .addColumn('request_digest', bytes, (c) => c.notNull().unique())
      // The exact PKCS#10, until whoever vouched has heard of the outcome.
      .addColumn('sealed_csr', bytes)
      // Serial number and issuer as he was told them: he names the certificate by them.
      .addColumn('told_serial', text)
      .addColumn('told_issuer', text)
      .addColumn('attempts', integer, (c) => c.notNull())
      .addColumn('due_at', integer)
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('trouble', text),
    db.schema
      .createIndex('vouched_request_due')
      .on('vouched_request')
      .column('due_at')
      .where(sql.ref('due_at'), 'is not', null),
    db.schema.createIndex('vouched_request_told').on('vouched_request').columns(['voucher', 'told_serial']),
    // One challenge, one key.
    table('vouched_challenge')
      .addColumn('challenge_digest', bytes, (c) => c.primaryKey().notNull())
      .addColumn('key_digest', bytes, (c) => c.notNull())
      .addColumn('kept_until', integer, (c) => c.notNull()),
    db.schema.createIndex('vouched_challenge_kept').on('vouched_challenge').column('kept_until'),

    // A wish is recorded before it is acted upon, and its result with the act.
    table('requested_revocation')
      .addColumn('id', types.id, (c) => c.primaryKey())
      .addColumn('voucher', text, (c) => c.notNull())
      .addColumn('context_digest', bytes, (c) => c.notNull())
      .addColumn('context', text, (c) => c.notNull())
      .addColumn('serial', text, (c) => c.notNull())
      .addColumn('issuer', text)
      .addColumn('ca_configuration', text)
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('certificate_uuid', text)
      .addColumn('code', integer)
      .addColumn('message', text)
      // How often its result was told in vain, and when it is told again.
      .addColumn('attempts', integer, (c) => c.notNull())
      .addColumn('due_at', integer)
      .addColumn('received_at', integer, (c) => c.notNull())
      .addColumn('changed_at', integer, (c) => c.notNull())
      .addUniqueConstraint('requested_revocation_context', ['voucher', 'context_digest']),
    db.schema.createIndex('requested_revocation_state').on('requested_revocation').columns(['state', 'voucher']),
    db.schema.createIndex('requested_revocation_changed').on('requested_revocation').column('changed_at'),
    // When wishes were last asked for: they are offered once an hour at most, and servers start when they like.
    table('revocation_collection')
      .addColumn('voucher', text, (c) => c.primaryKey().notNull())
      .addColumn('begun_at', integer, (c) => c.notNull()),

    // How the last call of each kind went, for those who look whether all is well.
    table('voucher_contact')
      .addColumn('voucher', text, (c) => c.notNull())
      .addColumn('call', text, (c) => c.notNull())
      .addColumn('at', integer, (c) => c.notNull())
      .addColumn('outcome', text, (c) => c.notNull())
      .addColumn('detail', text)
      .addPrimaryKeyConstraint('voucher_contact_key', ['voucher', 'call']),
  ]
}
