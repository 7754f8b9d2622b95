import type { ApprovalQueue, PreparedCertificate, UnitOutcome, WaitingRequest } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { certificateValues, insertCertificateOfTransaction } from '../certificate-write.ts'
import { giveBackUse } from '../challenge-write.ts'
import { fromDate, fromFlag, fromText } from '../column.ts'
import { requireConfiguration } from '../configuration/version.ts'
import type { Driver } from '../driver.ts'
import { outcomeOf, transactionValues, writeChallengeUse, writeSupersession } from '../ledger.ts'
import { writeRetirement } from '../retirement-store.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import type { Values } from '../statement.ts'
import type { Write } from '../unit.ts'
import { expiryUnit, type Housekeeping, housekeeping } from './housekeeping.ts'
import { countOpen, findWaiting, listApproved, listDecided, listOpen, toWaiting } from './read.ts'
import { sealChallenge, sealCsr } from './sealed.ts'
import { record, requireRoom, takeUse, valuesOf, write } from './unit.ts'
import { continueWaiting, insertWaiting, MOVES, noteConsent } from './write.ts'

export interface ListOptions {
  /** `open`: what somebody may decide, the oldest first. `decided`: the rest, the newest first. */
  readonly which: 'open' | 'decided'
  readonly authenticated: boolean
  /** Undefined: of all. */
  readonly scepProfileId?: number | undefined
  /** Those of one of these profiles; undefined: of all. */
  readonly within?: ProfileIds | undefined
  /** UUID of the last one of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface ProfileIds {
  readonly scepProfileIds: readonly number[]
  readonly raProfileIds: readonly number[]
}

export interface Approvals extends ApprovalQueue, Housekeeping {
  list(options: ListOptions): Promise<WaitingRequest[]>
  /** How many wait. */
  count(options: OfList, now: Date): Promise<number>
}

/** The queue of a person: every writer is one unit, conditional on the state that was decided upon. */
export function approvals(driver: Driver, keys: StoreKeys): Approvals {
  const outcome = async (writes: readonly Write[]): Promise<UnitOutcome> => outcomeOf(await driver.commit({ writes }))
  return {
    wait: (transaction, waiting, audit = []) => {
      const values: Values = {
        ...transactionValues(transaction),
        state: 'awaiting_approval',
        issuer: waiting.issuerId,
        serial: null,
        tbs: null,
        certificate: null,
        sealedCsr: sealCsr(keys, transaction.uuid, waiting.csr),
        sealedChallenge: sealChallenge(keys, transaction.uuid, waiting.challenge),
        subject: fromText(waiting.subject),
        predecessor: waiting.predecessor ?? null,
        source: waiting.source ?? null,
        expiresAt: fromDate(waiting.expiresAt),
        authenticated: fromFlag(waiting.authenticated),
      }
      return outcome([
        ...writeSupersession(transaction),
        ...requireRoom(waiting.caps, values),
        {
          statement: transaction.continues === true ? continueWaiting : insertWaiting,
          values,
          otherwise: 'transaction',
          unique: 'transaction',
        },
        requireConfiguration(transaction.configurationVersion, 'configuration'),
        ...writeChallengeUse(keys, transaction, 'reserved'),
        ...writeAudit(keys, audit),
      ])
    },
    async find(uuid) {
      const row = await driver.first(findWaiting, { transaction: uuid })
      if (row === undefined) return undefined
      // After the row: what came in between is more than its number says, and a decision that rests on it is not written.
      return toWaiting(row, await driver.all(listApproved.one, { transaction: uuid }), keys)
    },
    agree: (request, decision, version) =>
      outcome([
        write(noteConsent, { ...valuesOf(request, decision), seen: request.decisions }),
        requireConfiguration(version, 'configuration'),
        ...record(keys, request, decision),
      ]),
    issue: (request, certificate, decision, version, audit = []) =>
      outcome([
        write(MOVES.issued, {
          ...valuesOf(request, decision),
          seen: request.decisions,
          ...orderValues(certificate.prepared),
          certificate: certificate.uuid,
        }),
        requireConfiguration(version, 'configuration'),
        ...takeUse(request, 'spent', decision),
        ...record(keys, request, decision),
        write(insertCertificateOfTransaction, {
          ...certificateValues(certificate, decision.at),
          transaction: request.uuid,
        }),
        ...writeRetirement(certificate),
        ...writeAudit(keys, audit),
      ]),
    order: (request, prepared, decision, version) =>
      outcome([
        write(MOVES.ordered, {
          ...valuesOf(request, decision),
          seen: request.decisions,
          ...orderValues(prepared),
          tbs: prepared.tbs,
          shard: prepared.shard ?? 0,
        }),
        requireConfiguration(version, 'configuration'),
        ...takeUse(request, 'reserved', decision),
        ...record(keys, request, decision),
      ]),
    fail: (request, decision) =>
      outcome([
        write(MOVES.failed, { ...valuesOf(request, decision), reason: 'issue_failed' }),
        ...giveBackUse(request.uuid, decision.at),
        ...record(keys, request, decision),
      ]),
    async deny(request, reason, use, decision) {
      const denied = (uses: readonly Write[]) =>
        outcome([
          write(MOVES.denied, { ...valuesOf(request, decision), reason }),
          ...uses,
          ...record(keys, request, decision, reason),
        ])
      if (use === 'returned') return denied(giveBackUse(request.uuid, decision.at))
      const refused = await denied(takeUse(request, 'spent', decision))
      // Returned after an attempt that failed, and used by another request since then: there is nothing left to take.
      return refused.status === 'conflict' && refused.on === 'challenge' ? denied([]) : refused
    },
    expire: (uuid, now) => outcome(expiryUnit(keys, uuid, now)),
    async list({ which, after, limit, ...of }) {
      const [statement, start] = which === 'open' ? [listOpen, ''] : [listDecided, '~']
      const values = { ...listValues(of), after: after ?? start, limit }
      const rows = await driver.all(statement, values)
      const approved = rows.length === 0 ? [] : await driver.all(listApproved[which], values)
      return rows.map((row) => toWaiting(row, approved, keys))
    },
    async count(of, now) {
      return Number((await driver.first(countOpen, { ...listValues(of), now: fromDate(now) }))?.waiting ?? 0)
    },
    ...housekeeping(driver, keys),
  }
}

type OfList = Pick<ListOptions, 'authenticated' | 'scepProfileId' | 'within'>

function listValues({ authenticated, scepProfileId, within }: OfList): Values {
  return { authenticated: fromFlag(authenticated), scepProfile: scepProfileId ?? 0, within: withinText(within) }
}

/** As the statement compares it: `,s1,s2,r7,`; empty: all. */
function withinText(within: ProfileIds | undefined): string {
  if (within === undefined) return ''
  const { scepProfileIds, raProfileIds } = within
  return [',', ...scepProfileIds.map((id) => `s${id},`), ...raProfileIds.map((id) => `r${id},`)].join('')
}

function orderValues({ issuerId, serialNumber }: PreparedCertificate): Values {
  return { issuer: issuerId, serial: serialNumber.toString('hex') }
}
