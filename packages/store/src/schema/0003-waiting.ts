import { type Compilable, type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

/**
 * Requests that wait for a person, renewal as a policy, secrets for keys that cannot encrypt, and a next generation of a
 * CA. Settings are JSON whose absent keys have their default, so that a new one needs no migration.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration describes a past schema, not the present Database type
export function waiting(db: Kysely<any>, { text, bytes, integer, id, tableOptions }: ColumnTypes): Compilable[] {
  const add = (table: string, column: string, type: typeof text) => db.schema.alterTable(table).addColumn(column, type)
  const addSettings = (table: string, column: string) =>
    db.schema.alterTable(table).addColumn(column, text, (c) => c.notNull().defaultTo('{}'))
  return [
    addSettings('ra_profile', 'approval_rule'),
    addSettings('scep_profile', 'renewal_rule'),
    addSettings('scep_profile', 'enrolment_rule'),
    addSettings('scep_profile', 'waiting_rule'),
    add('issuer', 'current_from', integer),
    // One of each, whatever two nodes do at the same moment.
    ...(['next', 'current'] as const).map((state) =>
      db.schema
        .createIndex(`issuer_${state}`)
        .unique()
        .on('issuer')
        .column('authority_id')
        .where(sql.ref('state'), '=', sql.lit(state)),
    ),
    add('challenge', 'sealed_challenge', bytes),
    add('scep_transaction', 'sealed_csr', bytes),
    add('scep_transaction', 'sealed_challenge', bytes),
    add('scep_transaction', 'subject', text),
    add('scep_transaction', 'predecessor', text),
    add('scep_transaction', 'source', text),
    add('scep_transaction', 'expires_at', integer),
    db.schema.alterTable('scep_transaction').addColumn('authenticated', integer, (c) => c.notNull().defaultTo(1)),
    // Few rows at any time, and all that the queue of a person and its caps read.
    db.schema
      .createIndex('scep_transaction_waiting')
      .on('scep_transaction')
      .columns(['scep_profile_id', 'created_at'])
      .where(sql.ref('state'), '=', sql.lit('awaiting_approval')),
    // What is to be forgotten once it is decided, or too old.
    db.schema
      .createIndex('scep_transaction_sealed_csr')
      .on('scep_transaction')
      .column('expires_at')
      .where(sql.ref('sealed_csr'), 'is not', null),
    db.schema
      .createIndex('scep_transaction_sealed_challenge')
      .on('scep_transaction')
      .column('changed_at')
      .where(sql.ref('sealed_challenge'), 'is not', null),
    // Those that a client whose key cannot encrypt may have used.
    db.schema
      .createIndex('challenge_sealed')
      .on('challenge')
      .columns(['scep_profile_id', 'id'])
      .where(sql.ref('sealed_challenge'), 'is not', null),
    db.schema
      .createTable('approval')
      .modifyEnd(tableOptions)
      .addColumn('id', id, (c) => c.primaryKey())
      .addColumn('uuid', text, (c) => c.notNull().unique())
      // Several where it could not be signed at first.
      .addColumn('transaction_uuid', text, (c) => c.notNull())
      .addColumn('decision', text, (c) => c.notNull())
      .addColumn('comment', text)
      .addColumn('decided_by', text, (c) => c.notNull())
      .addColumn('decided_at', integer, (c) => c.notNull()),
    db.schema.createIndex('approval_transaction').on('approval').column('transaction_uuid'),
    // Who has a certificate: asked where a subject may have but one. By digest, because subjects outgrow what an index takes.
    add('certificate', 'subject_digest', bytes),
    db.schema.createIndex('certificate_subject').on('certificate').column('subject_digest'),
    // Certificates that are to be revoked at a time, because their successor was issued. One may have several successors.
    db.schema
      .createTable('due_revocation')
      .modifyEnd(tableOptions)
      .addColumn('successor_uuid', text, (c) => c.primaryKey().notNull())
      .addColumn('certificate_uuid', text, (c) => c.notNull())
      .addColumn('scep_profile_id', integer, (c) => c.notNull())
      .addColumn('reason', integer, (c) => c.notNull())
      .addColumn('due_at', integer, (c) => c.notNull()),
    db.schema.createIndex('due_revocation_due').on('due_revocation').column('due_at'),
  ]
}
