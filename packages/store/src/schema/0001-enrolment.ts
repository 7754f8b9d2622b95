import { type Compilable, type CreateTableBuilder, type Kysely, sql } from 'kysely'
import type { ColumnTypes } from './column-types.ts'

/**
 * What a first enrolment needs. Foreign keys stand among the tables of the configuration only: on PostgreSQL each one in
 * a table of the enrolment path would lock the profile's row for every certificate, and retention must be able to
 * remove transactions under the certificates they led to.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration describes a past schema, not the present Database type
export function enrolment(db: Kysely<any>, types: ColumnTypes): Compilable[] {
  const { text, bytes, integer } = types
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const table = (name: string, withId = true): CreateTableBuilder<any, any> => {
    const created = db.schema.createTable(name).modifyEnd(types.tableOptions)
    return withId ? created.addColumn('id', types.id, (column) => column.primaryKey()) : created
  }
  const one = (name: string) =>
    table(name, false).addColumn('id', integer, (column) => column.primaryKey().check(sql`id = 1`))

  return [
    one('installation')
      .addColumn('product', text, (c) => c.notNull())
      .addColumn('schema_number', integer, (c) => c.notNull())
      .addColumn('oldest_reader', integer, (c) => c.notNull())
      .addColumn('key_id', integer, (c) => c.notNull())
      .addColumn('key_salt', bytes, (c) => c.notNull())
      .addColumn('wrapped_key', bytes, (c) => c.notNull())
      .addColumn('key_check', bytes, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull()),

    one('config_version').addColumn('version', integer, (c) => c.notNull()),
    // 0 is "no configuration yet"; the first installation is what raises it to 1.
    db.insertInto('config_version').values({ id: 1, version: 0 }),

    table('authority')
      .addColumn('uuid', text, (c) => c.notNull().unique())
      .addColumn('name', text, (c) => c.notNull().unique())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull()),

    table('authority_key')
      .addColumn('uuid', text, (c) => c.notNull().unique())
      .addColumn('authority_id', integer, (c) => c.notNull().references('authority.id'))
      .addColumn('purpose', text, (c) => c.notNull())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('sealed_key', bytes)
      .addColumn('created_at', integer, (c) => c.notNull()),

    table('issuer')
      .addColumn('authority_id', integer, (c) => c.notNull().references('authority.id'))
      .addColumn('generation', integer, (c) => c.notNull())
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('certificate', bytes, (c) => c.notNull())
      .addColumn('chain', text, (c) => c.notNull())
      .addColumn('key_id', integer, (c) => c.notNull().references('authority_key.id'))
      .addColumn('created_at', integer, (c) => c.notNull())
      .addUniqueConstraint('issuer_generation', ['authority_id', 'generation']),

    table('scep_profile')
      .addColumn('uuid', text, (c) => c.notNull().unique())
      .addColumn('name', text, (c) => c.notNull().unique())
      .addColumn('description', text)
      .addColumn('enabled', integer, (c) => c.notNull())
      .addColumn('is_default', integer, (c) => c.notNull())
      .addColumn('challenge_kind', text, (c) => c.notNull())
      .addColumn('static_challenge', bytes)
      .addColumn('compatibility', text, (c) => c.notNull())
      .addColumn('include_ca_certificate', integer, (c) => c.notNull())
      .addColumn('include_ca_certificate_chain', integer, (c) => c.notNull())
      .addColumn('renewal_threshold_days', integer)
      .addColumn('allow_polling', integer, (c) => c.notNull())
      // The two kinds of profile point at each other; SQLite takes a reference to a table that comes later.
      .addColumn('default_ra_profile_id', integer, (c) =>
        types.dialect === 'sqlite' ? c.references('ra_profile.id') : c,
      ),
    db.schema
      .createIndex('scep_profile_default')
      .unique()
      .on('scep_profile')
      .column('is_default')
      .where(sql.ref('is_default'), '=', sql.lit(1)),

    table('ra_profile')
      .addColumn('uuid', text, (c) => c.notNull().unique())
      .addColumn('name', text, (c) => c.notNull().unique())
      .addColumn('description', text)
      .addColumn('enabled', integer, (c) => c.notNull())
      .addColumn('authority_id', integer, (c) => c.notNull().references('authority.id'))
      .addColumn('scep_profile_id', integer, (c) => c.references('scep_profile.id'))
      .addColumn('certificate_settings', text, (c) => c.notNull())
      .addColumn('subject_rules', text, (c) => c.notNull())
      .addColumn('key_rules', text, (c) => c.notNull()),
    ...(types.dialect === 'postgres'
      ? [
          db.schema
            .alterTable('scep_profile')
            .addForeignKeyConstraint('scep_profile_default_ra_profile', ['default_ra_profile_id'], 'ra_profile', [
              'id',
            ]),
        ]
      : []),

    table('ra_certificate')
      .addColumn('uuid', text, (c) => c.notNull().unique())
      .addColumn('scep_profile_id', integer, (c) => c.notNull().references('scep_profile.id'))
      .addColumn('issuer_id', integer, (c) => c.notNull().references('issuer.id'))
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('certificate', bytes, (c) => c.notNull())
      .addColumn('key_id', integer, (c) => c.notNull().references('authority_key.id'))
      .addColumn('since', integer, (c) => c.notNull())
      .addColumn('decrypts_until', integer),
    // One of each, so that two nodes that renew at the same moment cannot both add one.
    ...(['next', 'current'] as const).map((state) =>
      db.schema
        .createIndex(`ra_certificate_${state}`)
        .unique()
        .on('ra_certificate')
        .columns(['scep_profile_id', 'issuer_id'])
        .where(sql.ref('state'), '=', sql.lit(state)),
    ),

    table('scep_transaction')
      .addColumn('uuid', text, (c) => c.notNull().unique())
      .addColumn('identity_digest', bytes, (c) => c.notNull())
      .addColumn('endpoint', text, (c) => c.notNull())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('transaction_id', bytes, (c) => c.notNull())
      .addColumn('signer_digest', bytes, (c) => c.notNull())
      .addColumn('scep_profile_id', integer, (c) => c.notNull())
      .addColumn('ra_profile_id', integer, (c) => c.notNull())
      .addColumn('csr_key_digest', bytes, (c) => c.notNull())
      .addColumn('csr_content_digest', bytes, (c) => c.notNull())
      .addColumn('config_version', integer, (c) => c.notNull())
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('issuer_id', integer)
      .addColumn('serial', text)
      .addColumn('tbs', bytes)
      .addColumn('certificate_uuid', text)
      .addColumn('fail_info', text)
      .addColumn('reason', text)
      .addColumn('created_at', integer, (c) => c.notNull())
      .addColumn('changed_at', integer, (c) => c.notNull())
      .addColumn('superseded_by', text),
    db.schema
      .createIndex('scep_transaction_identity')
      .unique()
      .on('scep_transaction')
      .column('identity_digest')
      .where(sql.ref('superseded_by'), 'is', null),

    table('challenge')
      .addColumn('uuid', text, (c) => c.notNull().unique())
      .addColumn('scep_profile_id', integer, (c) => c.notNull())
      .addColumn('digest', bytes, (c) => c.notNull().unique())
      .addColumn('subject', text)
      .addColumn('subject_alt_names', text)
      .addColumn('uses', integer, (c) => c.notNull())
      // The last line of defence, below the condition of the write itself.
      .addColumn('remaining', integer, (c) => c.notNull().check(sql`remaining >= 0`))
      .addColumn('expires_at', integer, (c) => c.notNull())
      .addColumn('revoked_at', integer)
      .addColumn('maker', text, (c) => c.notNull())
      .addColumn('created_at', integer, (c) => c.notNull()),

    table('challenge_use')
      .addColumn('challenge_id', integer, (c) => c.notNull())
      .addColumn('transaction_uuid', text, (c) => c.notNull().unique())
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('changed_at', integer, (c) => c.notNull()),

    table('certificate')
      .addColumn('uuid', text, (c) => c.notNull().unique())
      .addColumn('purpose', text, (c) => c.notNull())
      .addColumn('issuer_id', integer, (c) => c.notNull())
      .addColumn('serial', text, (c) => c.notNull())
      .addColumn('der', bytes, (c) => c.notNull())
      .addColumn('digest', bytes, (c) => c.notNull().unique())
      .addColumn('key_digest', bytes, (c) => c.notNull())
      .addColumn('subject', text)
      .addColumn('subject_alt_names', text)
      .addColumn('not_before', integer, (c) => c.notNull())
      .addColumn('not_after', integer, (c) => c.notNull())
      .addColumn('state', text, (c) => c.notNull())
      .addColumn('revoked_at', integer)
      .addColumn('revocation_reason', integer)
      .addColumn('predecessor', text)
      .addColumn('release', text, (c) => c.notNull())
      .addColumn('endpoint', text)
      .addColumn('transaction_uuid', text)
      .addColumn('ra_profile_id', integer)
      .addColumn('created_at', integer, (c) => c.notNull())
      .addUniqueConstraint('certificate_serial', ['issuer_id', 'serial']),
    // Costs nothing until something is revoked, and is all that a CRL reads.
    db.schema
      .createIndex('certificate_revoked')
      .on('certificate')
      .column('issuer_id')
      .where(sql.ref('state'), '=', sql.lit('revoked')),

    table('crl')
      .addColumn('issuer_id', integer, (c) => c.notNull().references('issuer.id'))
      .addColumn('shard', integer, (c) => c.notNull())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('number', integer, (c) => c.notNull())
      .addColumn('der', bytes, (c) => c.notNull())
      .addColumn('this_update', integer, (c) => c.notNull())
      .addColumn('next_update', integer, (c) => c.notNull())
      .addUniqueConstraint('crl_number', ['issuer_id', 'shard', 'kind', 'number']),
  ]
}
