import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { migrate, openStore, type StoreOptions } from './index.ts'
import { statement } from './statement.ts'

onBothDatabases((database) => {
  test('an empty database says that it must be migrated first', async () => {
    const options = await database.empty()
    await expect(openStore(options)).rejects.toMatchObject({ code: 'ERR_STORE_EMPTY' })
  })

  test('nodes that migrate at once make one store, and again changes nothing', async () => {
    const options = await database.empty()
    await Promise.all([migrate(options), migrate(options)])
    await migrate(options)
    const store = await database.reopen(options)
    await expect(store.ping()).resolves.toBeUndefined()
  })

  test('another key secret than the one it was made with is refused with a sentence', async () => {
    const { options } = await database.shared()
    const wrong = { ...options, keySecret: Buffer.alloc(32, 8) }
    for (const start of [migrate, openStore]) {
      await expect(start(wrong)).rejects.toMatchObject({
        code: 'ERR_STORE_KEY',
        message: expect.stringContaining('CHANCERY_KEY_SECRET'),
      })
    }
  })

  test('a newer schema that this version cannot read is refused with a sentence', async () => {
    const { store, options } = await database.fresh()
    await store.commit({ writes: [{ statement: setSchema(99, 99), values: {}, otherwise: 'state' }] })
    for (const start of [migrate, openStore]) {
      await expect(start(options)).rejects.toMatchObject({
        code: 'ERR_STORE_NEWER',
        message: expect.stringContaining('schema 99'),
      })
    }
  })

  test('a newer schema whose oldest reader is this version is opened and left as it is', async () => {
    const { store, options } = await database.fresh()
    await store.commit({ writes: [{ statement: setSchema(99, 1), values: {}, otherwise: 'state' }] })
    await migrate(options)
    const opened = await database.reopen(options)
    expect((await opened.configuration.load()).version).toBe(1)
  })

  test('a store of schema 1 is brought to the newest with what it holds, and its CRL is due only after a revocation', async () => {
    const { options, configuration } = await database.fresh()
    const issuerId = configuration.issuers[0]?.id ?? 0
    for (const sql of SCHEMA_1) await execute(options, sql)
    await execute(
      options,
      `insert into crl (issuer_id, shard, kind, number, der, this_update, next_update) select id, 0, 'full', 7, certificate, 0, 1 from issuer`,
    )
    await expect(openStore(options)).rejects.toMatchObject({ code: 'ERR_STORE_OLDER' })
    await migrate(options)
    const store = await database.reopen(options)
    expect(await store.configuration.load()).toEqual(configuration)
    expect(await store.crls.states()).toMatchObject([
      { issuerId, revocations: 0, newest: { number: 7n, revocations: 0 } },
    ])
    expect(await store.leases.acquire('crl', 'node', 60)).toEqual({ name: 'crl', token: 1 })
  })

  test('a database with tables of somebody else is refused and not touched', async () => {
    const options = await database.empty()
    await execute(options, 'create table customer (id integer)')
    for (const start of [migrate, openStore]) {
      await expect(start(options)).rejects.toMatchObject({ code: 'ERR_STORE_FOREIGN' })
    }
    await execute(options, 'drop table customer')
    await expect(migrate(options)).resolves.toBeUndefined()
  })
})

const directory = mkdtempSync(join(tmpdir(), 'chancery-store-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('a file that is no SQLite database is refused and not touched', async () => {
  const path = join(directory, 'letter.db')
  const text = 'Dear Sir, this is a letter and not a database. '.repeat(100)
  writeFileSync(path, text)
  const options = { url: `sqlite:${path}`, keySecret: Buffer.alloc(32), now: () => new Date(0) }
  for (const start of [migrate, openStore]) {
    await expect(start(options)).rejects.toMatchObject({ code: 'ERR_STORE_FOREIGN' })
  }
  expect(await readFile(path, 'utf8')).toBe(text)
})

test('an address that is none is refused without being repeated: it may hold a password', async () => {
  const options = { url: 'mysql://root:hunter2@db', keySecret: Buffer.alloc(32), now: () => new Date(0) }
  await expect(migrate(options)).rejects.toMatchObject({
    code: 'ERR_STORE_URL',
    message: expect.not.stringContaining('hunter2'),
  })
})

test('a PostgreSQL that does not answer is named without its password', async () => {
  const url = 'postgres://chancery:hunter2@127.0.0.1:1/chancery'
  await expect(migrate({ url, keySecret: Buffer.alloc(32), now: () => new Date(0) })).rejects.toMatchObject({
    code: 'ERR_STORE_UNAVAILABLE',
    message: expect.stringMatching(/^(?!.*hunter2).*127\.0\.0\.1:1\/chancery/),
  })
})

/** Takes back what the migrations after the first one added. */
const SCHEMA_1 = [
  ...[
    ...['audit_event', 'audit_segment', 'audit_checkpoint', 'decision', 'revocation_change', 'ocsp_signer'],
    ...['certificate_term', '"user"', 'user_certificate', 'sign_in_link', 'session', 'job_setting', 'job_run'],
    ...['job_position', 'notice_channel', 'outbox', 'stat_hour', 'setting'],
    ...['vouched_request', 'vouched_challenge', 'requested_revocation', 'voucher_contact'],
    'revocation_collection',
  ].map((table) => `drop table ${table}`),
  'drop index certificate_revoked',
  "create index certificate_revoked on certificate (issuer_id) where state = 'revoked'",
  'drop table if exists refusal',
  'alter table certificate drop column shard',
  'drop index crl_state',
  'alter table crl drop column base_number',
  'alter table scep_transaction drop column shard',
  'alter table scep_transaction drop column requested_by',
  ...['remembered_allow', 'authority_order', 'api_token'].map((table) => `drop table ${table}`),
  ...[
    ...['authority', 'ra_profile', 'scep_profile'].map((table) => [table, 'deleted_at']),
    ...['description', 'enabled', 'settings', 'sealed_secrets', 'requested_csr', 'requested_key_id'].map((column) => [
      'authority',
      column,
    ]),
    ['ra_profile', 'metadata'],
    ['scep_transaction', 'decisions'],
    ...[
      'metadata',
      'access_rule',
      'ra_certificate_rule',
      'webhook',
      'sealed_webhook_key',
      'intune',
      'sealed_intune_key',
    ].map((column) => ['scep_profile', column]),
  ].map(([table, column]) => `alter table ${table} drop column ${column}`),
  'drop table due_revocation',
  'drop table approval',
  'drop index scep_transaction_waiting',
  'drop index scep_transaction_received',
  'drop index challenge_sealed',
  'drop index issuer_next',
  'drop index issuer_current',
  'drop index certificate_subject',
  'alter table certificate drop column subject_digest',
  'drop index scep_transaction_sealed_csr',
  'drop index scep_transaction_sealed_challenge',
  ...['sealed_csr', 'sealed_challenge', 'subject', 'predecessor', 'source', 'expires_at', 'authenticated'].map(
    (column) => `alter table scep_transaction drop column ${column}`,
  ),
  ...['challenge_kept', 'challenge_profile', 'challenge_origin', 'challenge_use_challenge'].map(
    (index) => `drop index ${index}`,
  ),
  ...['origin', 'kept_until', 'sealed_challenge'].map((column) => `alter table challenge drop column ${column}`),
  'alter table issuer drop column current_from',
  'alter table scep_profile drop column waiting_rule',
  'alter table scep_profile drop column enrolment_rule',
  'alter table scep_profile drop column renewal_rule',
  'alter table ra_profile drop column approval_rule',
  'drop table job_lease',
  'alter table issuer drop column revocations',
  'alter table crl drop column revocations',
  'update installation set schema_number = 1, oldest_reader = 1',
]

function setSchema(schema: number, reader: number) {
  return statement((db) =>
    db.updateTable('installation').set({ schema_number: schema, oldest_reader: reader }).where('id', '=', 1),
  )
}

async function execute({ url }: StoreOptions, sql: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const database = new DatabaseSync(url.slice('sqlite:'.length))
    database.exec(sql)
    database.close()
    return
  }
  const client = new pg.Client(url)
  await client.connect()
  await client.query(sql)
  await client.end()
}
