import { type Compilable, type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

/**
 * What was done, to whom, by whom: audit, decisions, the history of revocations, people and their sessions, jobs, notices,
 * statistics. Tables that grow with every enrolment have as few indexes as they can be found with.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration describes a past schema, not the present Database type
export function record(db: Kysely<any>, types: ColumnTypes): Compilable[] {
  const { text, bytes, integer } = types
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const bare = (name: string): CreateTableBuilder<any, any> => db.schema.createTable(name).modifyEnd(types.tableOptions)
  const table = (name: string) => bare(name).addColumn('id', types.id, (column) => column.primaryKey())
  const withUuid = (name: string) => table(name).addColumn('uuid', text, (c) => c.notNull().unique())
  const add = (to: string, column: string, type: typeof text) => db.schema.alterTable(to).addColumn(column, type)

  return [
    // An event carries its own MAC and no predecessor; a job numbers and chains them (design, rule 7).
    withUuid('audit_event')
      .addColumn('at', integer, (c) => c.notNull())
      .addColumn('actor_kind', text, (c) => c.notNull())
      .addColumn('actor', text, (c) => c.notNull())
      .addColumn('role', text)
      .addColumn('source', text)
      .addColumn('action', text, (c) => c.notNull())
      .addColumn('object_kind', text)
      .addColumn('object_uuid', text)
      .addColumn('object_name', text)
      .addColumn('outcome', text, (c) => c.notNull())
      .addColumn('correlation_id', text)
      .addColumn('detail', text, (c) => c.notNull())
      .addColumn('mac', bytes, (c) => c.notNull())
      .addColumn('seq', integer),
    db.schema.createIndex('audit_event_unchained').on('audit_event').column('id').where(sql.ref('seq'), 'is', null),
    db.schema
      .createIndex('audit_event_seq')
      .unique()
      .on('audit_event')
      .column('seq')
      .where(sql.ref('seq'), 'is not', null),
    bare('audit_segment')
      .addColumn('number', integer, (c) => c.primaryKey())
      .addColumn('first_seq', integer, (c) => c.notNull())
      .addColumn('last_seq', integer, (c) => c.notNull())
      .addColumn('previous_head', bytes, (c) => c.notNull())
      .addColumn('head', bytes, (c) => c.notNull())
      .addColumn('made_at', integer, (c) => c.notNull())
      .addColumn('mac', bytes, (c) => c.notNull()),
    // Where the chain begins, after retention has removed what stood before.
    bare('audit_checkpoint')
      .addColumn('id', integer, (c) => c.primaryKey().check(sql`id = 1`))
      .addColumn('segment', integer, (c) => c.notNull())
      .addColumn('last_seq', integer, (c) => c.notNull())
      .addColumn('head', bytes, (c) => c.notNull())
      .addColumn('made_at', integer, (c) => c.notNull())
      .addColumn('mac', bytes, (c) => c.notNull()),

    // One SCEP request: what was decided and why.
    withUuid('decision')
      .addColumn('at', integer, (c) => c.notNull())
      .addColumn('correlation_id', text, (c) => c.notNull())
      .addColumn('endpoint', text, (c) => c.notNull())
      .addColumn('scep_profile_id', integer, (c) => c.notNull())
      .addColumn('ra_profile_id', integer)
      .addColumn('message_type', text)
      .addColumn('outcome', text, (c) => c.notNull())
      .addColumn('reason', text)
      .addColumn('fail_info', text)
      .addColumn('transaction_uuid', text)
      .addColumn('transaction_id', text)
      .addColumn('certificate_uuid', text)
      .addColumn('challenge_uuid', text)
      .addColumn('subject', text)
      .addColumn('client', text)
      .addColumn('peer', text)
      .addColumn('detail', text, (c) => c.notNull()),
    db.schema.createIndex('decision_correlation').on('decision').column('correlation_id'),
    // UUIDs of one time stand together, so these grow at their end.
    ...['transaction_uuid', 'certificate_uuid'].map((column) =>
      db.schema
        .createIndex(`decision_${column.replace('_uuid', '')}`)
        .on('decision')
        .column(column)
        .where(sql.ref(column), 'is not', null),
    ),

    // What was refused before anything vouched for it: bounded, and of no weight. On SQLite it is in a file of its own
    // (`refusal/sqlite-refusals.ts`).
    ...(types.dialect === 'postgres'
      ? [
          db.schema
            .createTable('refusal')
            .modifyEnd(sql`partition by range (at)`)
            .addColumn('uuid', text, (c) => c.notNull())
            .addColumn('at', integer, (c) => c.notNull())
            .addColumn('correlation_id', text, (c) => c.notNull())
            .addColumn('endpoint', text)
            .addColumn('scep_profile_id', integer)
            .addColumn('ra_profile_id', integer)
            .addColumn('message_type', text)
            .addColumn('outcome', text, (c) => c.notNull())
            .addColumn('reason', text)
            .addColumn('fail_info', text)
            .addColumn('transaction_uuid', text)
            .addColumn('transaction_id', text)
            .addColumn('certificate_uuid', text)
            .addColumn('challenge_uuid', text)
            .addColumn('subject', text)
            .addColumn('client', text)
            .addColumn('peer', text)
            .addColumn('detail', text, (c) => c.notNull())
            .addColumn('count', integer, (c) => c.notNull()),
          db.schema.createIndex('refusal_uuid').on('refusal').column('uuid'),
          db.schema.createIndex('refusal_correlation').on('refusal').column('correlation_id'),
        ]
      : []),

    // Each change of a certificate's standing, numbered by its issuer: what a delta CRL tells, and a certificate's history.
    table('revocation_change')
      .addColumn('issuer_id', integer, (c) => c.notNull())
      .addColumn('sequence', integer, (c) => c.notNull())
      .addColumn('certificate_uuid', text, (c) => c.notNull())
      .addColumn('serial', text, (c) => c.notNull())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('reason', integer, (c) => c.notNull())
      .addColumn('at', integer, (c) => c.notNull())
      .addUniqueConstraint('revocation_change_sequence', ['issuer_id', 'sequence']),
    db.schema.createIndex('revocation_change_certificate').on('revocation_change').column('certificate_uuid'),
    db.schema.alterTable('certificate').addColumn('shard', integer, (c) => c.notNull().defaultTo(0)),
    add('crl', 'base_number', integer),

    // Who answers OCSP for an issuer.
    withUuid('ocsp_signer')
      .addColumn('issuer_id', integer, (c) => c.notNull().references('issuer.id'))
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('certificate', bytes, (c) => c.notNull())
      .addColumn('key_id', integer, (c) => c.notNull().references('authority_key.id'))
      .addColumn('not_after', integer, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull()),
    db.schema
      .createIndex('ocsp_signer_current')
      .unique()
      .on('ocsp_signer')
      .column('issuer_id')
      .where(sql.ref('state'), '=', sql.lit('current')),

    // Of what is revoked, and of what is held, the newest are listed; a CRL reads all of an issuer by the same index.
    db.schema.dropIndex('certificate_revoked'),
    db.schema
      .createIndex('certificate_revoked')
      .on('certificate')
      .columns(['issuer_id', 'revocation_reason', 'id'])
      .where(sql.ref('state'), '=', sql.lit('revoked')),
    // Words and DNS labels of names, and what lists are narrowed by; filled by a job, never in the enrolment path.
    db.schema
      .createTable('certificate_term')
      .modifyEnd(types.clusteredTableOptions)
      .addColumn('term', text, (c) => c.notNull())
      .addColumn('certificate_id', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('certificate_term_key', ['term', 'certificate_id']),

    withUuid('user')
      .addColumn('name', text, (c) => c.notNull().unique())
      .addColumn('display_name', text)
      .addColumn('email', text)
      // PHC string of argon2id; null: no password signs this user in.
      .addColumn('password', text)
      .addColumn('grants', text, (c) => c.notNull())
      .addColumn('enabled', integer, (c) => c.notNull())
      // Of an identity provider: who it is there.
      .addColumn('identity_issuer', text)
      .addColumn('identity_subject', text)
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('last_sign_in_at', integer)
      .addColumn('deleted_at', integer),
    db.schema
      .createIndex('user_identity')
      .unique()
      .on('user')
      .columns(['identity_issuer', 'identity_subject'])
      .where(sql.ref('identity_subject'), 'is not', null),
    table('user_certificate')
      .addColumn('user_uuid', text, (c) => c.notNull())
      .addColumn('digest', bytes, (c) => c.notNull().unique())
      .addColumn('subject', text, (c) => c.notNull())
      .addColumn('not_after', integer, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull()),
    table('sign_in_link')
      .addColumn('digest', bytes, (c) => c.notNull().unique())
      .addColumn('user_uuid', text, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('expires_at', integer, (c) => c.notNull())
      .addColumn('used_at', integer),
    withUuid('session')
      .addColumn('digest', bytes, (c) => c.notNull().unique())
      .addColumn('user_uuid', text, (c) => c.notNull())
      .addColumn('method', text, (c) => c.notNull())
      // Of an identity provider's claims; null: those of the user.
      .addColumn('grants', text)
      .addColumn('source', text)
      .addColumn('user_agent', text)
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('expires_at', integer, (c) => c.notNull())
      .addColumn('last_used_at', integer, (c) => c.notNull())
      .addColumn('revoked_at', integer),
    db.schema.createIndex('session_user').on('session').column('user_uuid'),
    db.schema.createIndex('session_expiry').on('session').column('expires_at'),
    // Where a token or a user's grant is good for some profiles only, as JSON; null: for all.
    add('api_token', 'scope', text),
    // A person who asked for it; that person does not approve it.
    add('scep_transaction', 'requested_by', text),

    bare('job_setting')
      .addColumn('name', text, (c) => c.primaryKey().notNull())
      .addColumn('enabled', integer, (c) => c.notNull())
      .addColumn('cron', text)
      .addColumn('time_zone', text)
      // Up to when the cron expression was followed; null: there is none.
      .addColumn('cron_followed_to', integer),
    // A request is a run that has not started; of each job one at most.
    withUuid('job_run')
      .addColumn('name', text, (c) => c.notNull())
      .addColumn('trigger', text, (c) => c.notNull())
      .addColumn('requested_by', text)
      .addColumn('requested_at', integer)
      .addColumn('started_at', integer)
      .addColumn('ended_at', integer)
      .addColumn('outcome', text)
      .addColumn('summary', text)
      .addColumn('times', integer, (c) => c.notNull()),
    db.schema.createIndex('job_run_name').on('job_run').columns(['name', 'id']),
    db.schema.createIndex('job_run_open').on('job_run').column('name').where(sql.ref('ended_at'), 'is', null),
    db.schema
      .createIndex('job_run_requested')
      .unique()
      .on('job_run')
      .column('name')
      .where(sql.ref('started_at'), 'is', null),
    // How far a job has come that goes through a table once.
    bare('job_position')
      .addColumn('name', text, (c) => c.primaryKey().notNull())
      .addColumn('position', integer, (c) => c.notNull()),

    withUuid('notice_channel')
      .addColumn('name', text, (c) => c.notNull())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('enabled', integer, (c) => c.notNull())
      .addColumn('events', text, (c) => c.notNull())
      // Names of RA profiles, as JSON; null: of all.
      .addColumn('ra_profiles', text)
      .addColumn('settings', text, (c) => c.notNull())
      .addColumn('sealed_secret', bytes)
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('deleted_at', integer),
    db.schema
      .createIndex('notice_channel_name')
      .unique()
      .on('notice_channel')
      .column('name')
      .where(sql.ref('deleted_at'), 'is', null),
    withUuid('outbox')
      .addColumn('channel_uuid', text, (c) => c.notNull())
      .addColumn('event', text, (c) => c.notNull())
      .addColumn('payload', text, (c) => c.notNull())
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('attempts', integer, (c) => c.notNull())
      .addColumn('due_at', integer, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('delivered_at', integer)
      .addColumn('trouble', text),
    db.schema
      .createIndex('outbox_due')
      .on('outbox')
      .columns(['channel_uuid', 'due_at'])
      .where(sql.ref('state'), '=', sql.lit('waiting')),
    db.schema.createIndex('outbox_state').on('outbox').columns(['state', 'id']),

    bare('stat_hour')
      .addColumn('hour', integer, (c) => c.notNull())
      .addColumn('metric', text, (c) => c.notNull())
      // What is counted apart, such as a profile and a reason; as JSON with sorted keys.
      .addColumn('labels', text, (c) => c.notNull())
      .addColumn('count', integer, (c) => c.notNull())
      .addPrimaryKeyConstraint('stat_hour_key', ['hour', 'metric', 'labels']),

    // Rules of the whole installation, such as how long something is kept; absent: the default.
    bare('setting')
      .addColumn('name', text, (c) => c.primaryKey().notNull())
      .addColumn('value', text, (c) => c.notNull())
      .addColumn('changed_at', integer, (c) => c.notNull()),
  ]
}
