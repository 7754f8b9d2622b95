import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Secret } from '@chancery/ra'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import type { Driver } from './driver.ts'
import type { StoreOptions } from './index.ts'
import { refusalsPath } from './refusal/sqlite-refusals.ts'
import { statement } from './statement.ts'
import { RA_PRIVATE_KEY } from './testing/ra-private-key.ts'
import {
  CA_PRIVATE_KEY,
  STATIC_CHALLENGE,
  sampleChallenge,
  sampleRecord,
  sampleTransaction,
  sampleWaiting,
} from './testing/sample.ts'

onBothDatabases((database, dialect) => {
  test('S-2.4-10 S-3.1-P13 S-7-09 neither a challenge nor a token nor a private key nor the key secret is in the clear in the database', async () => {
    const { store, configuration, options } = await database.fresh()
    const challenge = sampleChallenge(configuration)
    const password = sampleChallenge(configuration, {
      challenge: new Secret('a password of envelopes'),
      isPassword: true,
    })
    for (const one of [challenge, password]) await store.challenges.create(one)
    const transaction = sampleTransaction(configuration)
    const waiting = sampleWaiting({
      csr: Buffer.from('a request that holds its challenge'),
      challenge: new Secret('kept for the reply'),
    })
    await store.approvals.wait(transaction, waiting)
    await store.decisions.write([sampleRecord({ challenge: challenge.uuid })])
    await store.refusals.write([sampleRecord({ subject: 'CN=refused before anything vouched for it' })])
    const token = new Secret('a token of the administration')
    await store.tokens.create({
      uuid: randomUUID(),
      name: 'ci',
      role: 'auditor',
      maker: 'local socket',
      createdAt: new Date(),
      expiresAt: null,
      scope: null,
      token,
    })
    const keys = { webhookKey: new Secret('a key of a webhook'), intuneKey: new Secret('a client secret of Entra') }
    const uuid = configuration.scepProfiles[0]?.uuid ?? ''
    expect(await store.configuration.edit([{ edit: 'setScepProfile', uuid, change: keys }])).toMatchObject({
      status: 'changed',
    })
    expect((await store.configuration.load()).scepProfiles[0]?.intuneKey?.equals(keys.intuneKey)).toBe(true)
    const bytes = dialect === 'sqlite' ? filesOf(options) : await rowsOf(await database.driver(options))
    // What must be there is found, so the search itself works.
    expect(bytes.includes(challenge.uuid)).toBe(true)
    expect(bytes.includes(transaction.uuid)).toBe(true)
    expect(bytes.includes('CN=refused before anything vouched for it')).toBe(true)
    const secrets = [
      challenge.challenge.reveal(),
      password.challenge.reveal(),
      token.reveal(),
      STATIC_CHALLENGE,
      waiting.csr,
      'kept for the reply',
      keys.webhookKey.reveal(),
      keys.intuneKey.reveal(),
      CA_PRIVATE_KEY,
      RA_PRIVATE_KEY,
      options.keySecret,
    ]
    for (const secret of secrets.map((one) => Buffer.from(one as string))) {
      for (const form of [secret, secret.toString('hex'), secret.toString('base64')]) {
        expect(bytes.includes(form)).toBe(false)
      }
    }
  })
})

function filesOf({ url }: StoreOptions): Buffer {
  const path = url.slice('sqlite:'.length)
  const files = [path, refusalsPath(path)].flatMap((file) => [file, `${file}-wal`])
  return Buffer.concat(files.map((file) => readFileSync(file)))
}

/** Every row of every table as text, where bytes stand in hexadecimal. */
async function rowsOf(driver: Driver): Promise<Buffer> {
  const tables = statement<{ name: string }>((db) => ({
    compile: () =>
      sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`.compile(db),
  }))
  let text = ''
  for (const { name } of await driver.all(tables, {})) {
    const rows = statement<{ row: string }>((db) => ({
      compile: () => sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.compile(db),
    }))
    text += (await driver.all(rows, {})).map(({ row }) => row).join('\n')
  }
  return Buffer.from(text)
}
