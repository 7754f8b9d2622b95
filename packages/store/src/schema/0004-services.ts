import { type Compilable, type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

/**
 * Services that administrators make: several authorities, also elsewhere, profiles that come and go, API tokens. What is
 * deleted leaves its row behind with a time and without its secrets: transactions and certificates point at it by a number
 * that must never come to mean another one (decision 0023).
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration describes a past schema, not the present Database type
export function services(db: Kysely<any>, { text, bytes, integer, id, tableOptions }: ColumnTypes): Compilable[] {
  const add = (table: string, column: string, type: typeof text) => db.schema.alterTable(table).addColumn(column, type)
  const addSettings = (table: string, column: string) =>
    db.schema.alterTable(table).addColumn(column, text, (c) => c.notNull().defaultTo('{}'))
  return [
    ...['authority', 'ra_profile', 'scep_profile'].map((table) => add(table, 'deleted_at', integer)),
    add('authority', 'description', text),
    db.schema.alterTable('authority').addColumn('enabled', integer, (c) => c.notNull().defaultTo(1)),
    addSettings('authority', 'settings'),
    add('authority', 'sealed_secrets', bytes),
    // A key of a CA that stands below a foreign one, until its certificate comes.
    add('authority', 'requested_csr', bytes),
    db.schema.alterTable('authority').addColumn('requested_key_id', integer, (c) => c.references('authority_key.id')),

    addSettings('ra_profile', 'metadata'),
    addSettings('scep_profile', 'metadata'),
    addSettings('scep_profile', 'access_rule'),
    addSettings('scep_profile', 'ra_certificate_rule'),
    add('scep_profile', 'webhook', text),
    add('scep_profile', 'sealed_webhook_key', bytes),

    db.schema
      .createTable('api_token')
      .modifyEnd(tableOptions)
      .addColumn('id', id, (c) => c.primaryKey())
      .addColumn('uuid', text, (c) => c.notNull().unique())
      .addColumn('name', text, (c) => c.notNull())
      // HMAC: the token itself is shown once.
      .addColumn('digest', bytes, (c) => c.notNull().unique())
      .addColumn('role', text, (c) => c.notNull())
      .addColumn('maker', text, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('expires_at', integer)
      .addColumn('revoked_at', integer)
      .addColumn('last_used_at', integer),
    // By its name a token is called, also in what it decides: two that are in use at a time are never called the same.
    db.schema
      .createIndex('api_token_name')
      .unique()
      .on('api_token')
      .column('name')
      .where(sql.ref('revoked_at'), 'is', null),

    // Several people may have to agree. A decision rests on those before it, so it says how many it has seen.
    db.schema.alterTable('scep_transaction').addColumn('decisions', integer, (c) => c.notNull().defaultTo(0)),
    // What the one who decided was; null: an administrator, as everybody was before there were roles, or nobody.
    add('approval', 'decided_role', text),

    // What was sent to an authority elsewhere, recorded before its first octet left (design, rule 3).
    db.schema
      .createTable('authority_order')
      .modifyEnd(tableOptions)
      .addColumn('transaction_uuid', text, (c) => c.primaryKey().notNull())
      .addColumn('authority_id', integer, (c) => c.notNull())
      .addColumn('upstream_transaction_id', text, (c) => c.notNull())
      .addColumn('message', bytes, (c) => c.notNull())
      // What the answer is understood with: a key.
      .addColumn('sealed_memo', bytes, (c) => c.notNull())
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('attempts', integer, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('due_at', integer, (c) => c.notNull())
      .addColumn('lease_until', integer)
      .addColumn('fence', integer, (c) => c.notNull())
      .addColumn('trouble', text),
    db.schema.createIndex('authority_order_due').on('authority_order').columns(['authority_id', 'due_at']),

    add('challenge', 'origin', text),
    // A job looks at it then: to forget it, or to see how long it is still needed.
    db.schema.alterTable('challenge').addColumn('kept_until', integer, (c) => c.notNull().defaultTo(0)),
    db.schema.createIndex('challenge_kept').on('challenge').column('kept_until'),
    db.schema.createIndex('challenge_profile').on('challenge').columns(['scep_profile_id', 'id']),
    // Counted for each page that the NDES administration page answers.
    db.schema
      .createIndex('challenge_origin')
      .on('challenge')
      .columns(['scep_profile_id', 'expires_at'])
      .where(sql.ref('origin'), 'is not', null),
    db.schema.createIndex('challenge_use_challenge').on('challenge_use').column('challenge_id'),

    // A webhook or Intune said yes; remembered until the transaction is begun, and used once (design, rule 19).
    db.schema
      .createTable('remembered_allow')
      .modifyEnd(tableOptions)
      .addColumn('idempotency_key', bytes, (c) => c.primaryKey().notNull())
      .addColumn('expires_at', integer, (c) => c.notNull()),
    db.schema.createIndex('remembered_allow_expiry').on('remembered_allow').column('expires_at'),
    // Few rows at any time, and all that the caps on requests count that somebody elsewhere has yet to judge.
    db.schema
      .createIndex('scep_transaction_received')
      .on('scep_transaction')
      .columns(['scep_profile_id', 'created_at'])
      .where(sql.ref('state'), '=', sql.lit('received')),
  ]
}
