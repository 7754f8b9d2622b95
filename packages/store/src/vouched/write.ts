import { createHmac } from 'node:crypto'
import type { NewTransaction, Secret, VouchedRequest } from '@chancery/ra'
import { type Kysely, sql } from 'kysely'
import { fromDate } from '../column.ts'
import type { Database } from '../schema/tables.ts'
import { type SealedPlace, seal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { insertRow, slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'

/** What a transaction records of a request that somebody vouched for. */

/** A challenge is good for an hour; so long it is remembered which key it was shown with. */
const KEPT_MILLISECONDS = 7 * 86_400_000
/** The message that brought it tells of it at once; whoever dies before that is replaced by a job. */
const FIRST_DUE_MILLISECONDS = 60_000

/** One CSR, one transaction; one challenge, one key. Neither is bound to a profile, so that no other one is a way round. */
export function writeVouched(
  keys: StoreKeys,
  { uuid, csrKeyDigest, now }: NewTransaction,
  { voucher, csr, challenge }: VouchedRequest,
): Write[] {
  const request = {
    ...{ transaction: uuid, voucher, digest: requestDigest(keys, csr), sealedCsr: seal(keys, csrPlace(uuid), csr) },
    dueAt: fromDate(new Date(now.getTime() + FIRST_DUE_MILLISECONDS)),
    now: fromDate(now),
  }
  const keptUntil = fromDate(new Date(now.getTime() + KEPT_MILLISECONDS))
  const binding = { digest: challengeDigest(keys, challenge), key: csrKeyDigest, keptUntil }
  return [
    { statement: insertRequest, values: request, otherwise: 'request', unique: 'request' },
    { statement: bindChallenge, values: binding, otherwise: 'challenge' },
  ]
}

export function requestDigest(keys: StoreKeys, csr: Buffer): Buffer {
  return createHmac('sha256', keys.subkey('vouched')).update('request\0').update(csr).digest()
}

function challengeDigest(keys: StoreKeys, challenge: Secret): Buffer {
  return createHmac('sha256', keys.subkey('vouched')).update('challenge\0').update(challenge.reveal(), 'utf8').digest()
}

export function csrPlace(row: string): SealedPlace {
  return { table: 'vouched_request', column: 'sealed_csr', row }
}

const insertRequest = statement((db) =>
  insertRow(db, 'vouched_request', {
    transaction_uuid: slot('transaction'),
    voucher: slot('voucher'),
    request_digest: slot('digest'),
    sealed_csr: slot('sealedCsr'),
    told_serial: null,
    told_issuer: null,
    attempts: 0,
    due_at: slot('dueAt'),
    created_at: slot('now'),
    trouble: null,
  }),
)

/** It hits no row where the challenge was shown with another key. SQLite needs the first WHERE. */
const bindChallenge = statement((db) => ({
  compile: () =>
    sql`insert into vouched_challenge (challenge_digest, key_digest, kept_until)
      select ${slot('digest')}, ${slot('key')}, ${slot('keptUntil')} where true
      on conflict (challenge_digest) do update set kept_until = excluded.kept_until
      where vouched_challenge.key_digest = excluded.key_digest`.compile(db),
}))

/** What became of it was no certificate, so its CSR may have another transaction. To its key the challenge stays bound. */
export const freeRequest = statement((db) =>
  db.deleteFrom('vouched_request').where('transaction_uuid', '=', slot<string>('transaction')),
)

const RELEASED = {
  /** The certificate as it stands in the store is what leaves. */
  free: statement((db) => leaveHeld(db, 'free').where('state', '=', 'issued'), 'der'),
  unreported: statement((db) => leaveHeld(db, 'unreported')),
}

function leaveHeld(db: Kysely<Database>, release: 'free' | 'unreported') {
  return db
    .updateTable('certificate')
    .set({ release })
    .where('uuid', '=', slot<string>('certificate'))
    .where('release', '=', 'held')
}

const settle = statement((db) =>
  db
    .updateTable('vouched_request')
    .set({
      sealed_csr: null,
      due_at: null,
      told_serial: slot<string>('toldSerial'),
      told_issuer: slot<string>('toldIssuer'),
    })
    .where('transaction_uuid', '=', slot<string>('transaction')),
)

/** There is nothing to tell any more. */
export function writeSettlement(
  release: keyof typeof RELEASED,
  values: {
    readonly transaction: string
    readonly certificate: string
    readonly toldSerial: string | null
    readonly toldIssuer: string | null
  },
): Write[] {
  return [
    { statement: RELEASED[release], values, otherwise: 'state' },
    { statement: settle, values, otherwise: 'state' },
  ]
}

/** Of two who were told nothing at the same time, one notes it. */
export const postpone = statement((db) =>
  db
    .updateTable('vouched_request')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      due_at: slot<number>('dueAt'),
      trouble: slot<string>('trouble'),
    }))
    .where('transaction_uuid', '=', slot<string>('transaction'))
    .where('attempts', '=', slot<number>('attempts'))
    .where('due_at', 'is not', null),
)
