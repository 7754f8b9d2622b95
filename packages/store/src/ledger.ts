import {
  type Identity,
  mayMove,
  type NewTransaction,
  type PreparedCertificate,
  type TransactionLedger,
  type TransactionState,
  type UnitOutcome,
} from '@chancery/ra'
import type { Insertable } from 'kysely'
import { consumeAllow } from './allow-store.ts'
import { writeAudit } from './audit/write.ts'
import {
  certificateValues,
  insertCertificate,
  insertCertificateOfTransaction,
  insertHeldCertificate,
} from './certificate-write.ts'
import { giveBackUse, spendReservedUse, takeChallenge, useChallenge } from './challenge-write.ts'
import { fromDate, fromText, toBytes } from './column.ts'
import { requireConfiguration } from './configuration/version.ts'
import type { Driver } from './driver.ts'
import { writeRetirement } from './retirement-store.ts'
import type { ScepTransactionTable } from './schema/tables.ts'
import type { StoreKeys } from './seal/store-key.ts'
import { insertRow, slot, statement, type Values } from './statement.ts'
import { findByIdentity, toKnownTransaction } from './transaction/known.ts'
import type { UnitResult, Write } from './unit.ts'
import { writeVouched } from './vouched/write.ts'

/** Those of the ledger's writers that end in a certificate; the others are in `received.ts`. */
type Issuing = Omit<TransactionLedger, 'receive' | 'receivedCsr' | 'refuse'>

/** The roll of transactions: every writer is one unit, conditional on everything that was decided upon. */
export function transactionLedger(driver: Driver, keys: StoreKeys): Issuing {
  const outcome = async (writes: readonly Write[]) => outcomeOf(await driver.commit({ writes }))
  return {
    async find(identity) {
      const row = await driver.first(findByIdentity, { identity: identity.digest })
      return row === undefined ? undefined : toKnownTransaction(row, keys)
    },
    // The transaction first: of two duplicates the loser must hear of its twin, not of the challenge the twin used up.
    issue: (transaction, certificate, audit = []) =>
      outcome([
        ...writeTransaction(transaction, 'issued', certificate.prepared, certificate.uuid),
        requireConfiguration(transaction.configurationVersion, 'configuration'),
        ...writeChallengeUse(keys, transaction, 'spent'),
        {
          statement: isVouched(transaction) ? insertHeldCertificate : insertCertificate,
          values: {
            ...certificateValues(certificate, transaction.now),
            endpoint: transaction.identity.endpoint,
            transaction: transaction.uuid,
            raProfile: transaction.raProfileId,
          },
          otherwise: 'state',
        },
        ...writeRetirement(certificate),
        ...writeAudit(keys, audit),
      ]),
    begin: (transaction, prepared) =>
      outcome([
        ...writeTransaction(transaction, 'ordered', prepared, null),
        requireConfiguration(transaction.configurationVersion, 'configuration'),
        ...writeChallengeUse(keys, transaction, 'reserved'),
      ]),
    finish: (uuid, certificate, now, audit = []) =>
      outcome([
        {
          statement: MOVES.issued,
          values: { uuid, certificate: certificate.uuid, now: fromDate(now) },
          otherwise: 'state',
        },
        spendReservedUse(uuid, now),
        {
          statement: insertCertificateOfTransaction,
          values: { ...certificateValues(certificate, now), transaction: uuid },
          otherwise: 'state',
        },
        ...writeRetirement(certificate),
        ...writeAudit(keys, audit),
      ]),
    abandon: (uuid, now) => outcome(abandonment(uuid, now)),
  }
}

function isVouched({ challengeUse }: NewTransaction): boolean {
  return challengeUse !== undefined && 'vouched' in challengeUse
}

export function abandonment(uuid: string, now: Date): Write[] {
  return [
    { statement: MOVES.failed, values: { uuid, certificate: null, now: fromDate(now) }, otherwise: 'state' },
    ...giveBackUse(uuid, now),
  ]
}

const insertTransaction = statement((db) => insertRow(db, 'scep_transaction', transactionRow()))

/** What every new transaction says of itself. */
export function transactionRow(): Insertable<ScepTransactionTable> {
  return {
    uuid: slot('uuid'),
    identity_digest: slot('identity'),
    endpoint: slot('endpoint'),
    kind: slot('kind'),
    transaction_id: slot('transactionId'),
    signer_digest: slot('signer'),
    scep_profile_id: slot('scepProfile'),
    ra_profile_id: slot('raProfile'),
    csr_key_digest: slot('csrKey'),
    csr_content_digest: slot('csrContent'),
    config_version: slot('version'),
    state: slot('state'),
    issuer_id: slot('issuer'),
    serial: slot('serial'),
    tbs: slot('tbs'),
    certificate_uuid: slot('certificate'),
    shard: slot('shard'),
    created_at: slot('now'),
    changed_at: slot('now'),
    requested_by: slot('requestedBy'),
  }
}

const supersede = statement((db) =>
  db
    .updateTable('scep_transaction')
    .set({ superseded_by: slot<string>('successor'), sealed_csr: null, sealed_challenge: null })
    .where('uuid', '=', slot<string>('uuid'))
    .where('identity_digest', '=', slot<Buffer>('identity'))
    .where('superseded_by', 'is', null),
)

function writeTransaction(
  transaction: NewTransaction,
  state: 'ordered' | 'issued',
  prepared: PreparedCertificate,
  certificateUuid: string | null,
): Write[] {
  const record: Write = {
    statement: transaction.continues === true ? CONTINUE[state] : insertTransaction,
    values: {
      ...transactionValues(transaction),
      state,
      issuer: prepared.issuerId,
      serial: prepared.serialNumber.toString('hex'),
      // Once there is a certificate, its TBS is in there.
      tbs: state === 'ordered' ? prepared.tbs : null,
      shard: prepared.shard ?? 0,
      certificate: certificateUuid,
    },
    otherwise: 'transaction',
    unique: 'transaction',
  }
  return [...writeSupersession(transaction), record]
}

/** One that was `received`, and is judged at last. */
const CONTINUE = { ordered: moveFromReceived('ordered'), issued: moveFromReceived('issued') }

function moveFromReceived(to: 'ordered' | 'issued') {
  if (!mayMove('received', to)) throw new TypeError(`no move from received to ${to}`)
  return statement((db) =>
    db
      .updateTable('scep_transaction')
      .set({
        state: to,
        ra_profile_id: slot<number>('raProfile'),
        config_version: slot<number>('version'),
        issuer_id: slot<number>('issuer'),
        serial: slot<string>('serial'),
        tbs: slot<Buffer>('tbs'),
        certificate_uuid: slot<string>('certificate'),
        shard: slot<number>('shard'),
        changed_at: slot<number>('now'),
        sealed_csr: null,
        expires_at: null,
      })
      .where('uuid', '=', slot<string>('uuid'))
      .where('state', '=', 'received')
      .where('superseded_by', 'is', null),
  )
}

/** The transaction whose place it takes steps back. */
export function writeSupersession({ uuid, identity, supersedes }: NewTransaction): Write[] {
  if (supersedes === undefined) return []
  const values = { successor: uuid, uuid: supersedes, identity: identity.digest }
  return [{ statement: supersede, values, otherwise: 'transaction' }]
}

export function transactionValues(transaction: NewTransaction): Values {
  return {
    uuid: transaction.uuid,
    ...identityValues(transaction.identity),
    scepProfile: transaction.scepProfileId,
    raProfile: transaction.raProfileId,
    csrKey: transaction.csrKeyDigest,
    csrContent: transaction.csrContentDigest,
    version: transaction.configurationVersion,
    // As long as nothing is prepared.
    shard: 0,
    requestedBy: transaction.requestedBy === undefined ? null : fromText(transaction.requestedBy),
    now: fromDate(transaction.now),
  }
}

function identityValues({ digest, endpoint, kind, transactionId, signerDigest }: Identity) {
  return {
    identity: digest,
    endpoint: fromText(endpoint),
    kind,
    transactionId: Buffer.from(transactionId, 'latin1'),
    signer: signerDigest,
  }
}

export function writeChallengeUse(keys: StoreKeys, transaction: NewTransaction, state: 'reserved' | 'spent'): Write[] {
  const { uuid, challengeUse, now } = transaction
  if (challengeUse === undefined) return []
  if ('allow' in challengeUse) return [consumeAllow(challengeUse.allow, now)]
  if ('vouched' in challengeUse) return writeVouched(keys, transaction, challengeUse.vouched)
  const values = { challenge: challengeUse.challengeId, transaction: uuid, state, now: fromDate(now) }
  return [
    { statement: takeChallenge, values, otherwise: 'challenge' },
    { statement: useChallenge, values, otherwise: 'challenge' },
  ]
}

export const MOVES = {
  issued: moveFromOrdered('issued'),
  failed: moveFromOrdered('failed'),
  refused: moveFromOrdered('refused'),
}

function moveFromOrdered(to: TransactionState) {
  if (!mayMove('ordered', to)) throw new TypeError(`no move from ordered to ${to}`)
  return statement((db) =>
    db
      .updateTable('scep_transaction')
      .set({
        state: to,
        tbs: null,
        certificate_uuid: slot('certificate'),
        changed_at: slot<number>('now'),
        // What failed may be approved again.
        ...(to === 'issued' ? { sealed_csr: null } : {}),
        ...(to === 'refused' ? { sealed_csr: null, sealed_challenge: null, reason: slot<string>('reason') } : {}),
      })
      .where('uuid', '=', slot<string>('uuid'))
      .where('state', '=', 'ordered')
      .where('superseded_by', 'is', null),
  )
}

export function outcomeOf(result: UnitResult): UnitOutcome {
  if (result.status === 'conflict') return result
  const { returned } = result
  return returned === undefined
    ? { status: 'committed' }
    : { status: 'committed', certificate: toBytes(returned as unknown as Uint8Array) }
}
