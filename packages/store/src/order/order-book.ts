import type { NewOrder, OrderBook, UnitOutcome } from '@chancery/ra'
import { sealChallenge } from '../approval/sealed.ts'
import { record, takeUse, valuesOf, write } from '../approval/unit.ts'
import { MOVES as DECISIONS } from '../approval/write.ts'
import { writeAudit } from '../audit/write.ts'
import { certificateValues, insertCertificateOfTransaction } from '../certificate-write.ts'
import { giveBackUse, spendReservedUse } from '../challenge-write.ts'
import { fromDate, fromText, toDate } from '../column.ts'
import { requireConfiguration } from '../configuration/version.ts'
import type { Driver } from '../driver.ts'
import { toMicroseconds } from '../lease-store.ts'
import { MOVES, outcomeOf, transactionValues, writeChallengeUse, writeSupersession } from '../ledger.ts'
import { writeRetirement } from '../retirement-store.ts'
import { seal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import type { Write } from '../unit.ts'
import { countOrders, findOrder, firstDue, isThere, lastTrouble, listDue, memoPlace, toRecordedOrder } from './read.ts'
import {
  continueOrdered,
  expireOrdered,
  forgetHeld,
  forgetOrder,
  insertOrder,
  insertOrdered,
  postpone,
  takeOrder,
} from './write.ts'

/** Orders that have no answer yet: what was issued depends on the state alone, everything else on the fence too. */
export function orderBook(driver: Driver, keys: StoreKeys): OrderBook {
  const outcome = async (writes: readonly Write[]): Promise<UnitOutcome> => outcomeOf(await driver.commit({ writes }))
  return {
    begin: (transaction, order, { predecessor, challenge }) =>
      outcome([
        ...writeSupersession(transaction),
        {
          statement: transaction.continues === true ? continueOrdered : insertOrdered,
          values: {
            ...transactionValues(transaction),
            state: 'ordered',
            issuer: order.issuerId,
            serial: null,
            tbs: null,
            certificate: null,
            predecessor: predecessor ?? null,
            sealedChallenge: sealChallenge(keys, transaction.uuid, challenge),
            expiresAt: fromDate(order.expiresAt),
          },
          otherwise: 'transaction',
          unique: 'transaction',
        },
        requireConfiguration(transaction.configurationVersion, 'configuration'),
        ...writeChallengeUse(keys, transaction, 'reserved'),
        writeOrder(keys, transaction.uuid, order, transaction.now),
      ]),
    approve: (request, order, decision, version) =>
      outcome([
        write(DECISIONS.orderedElsewhere, {
          ...valuesOf(request, decision),
          seen: request.decisions,
          issuer: order.issuerId,
          expiresAt: fromDate(order.expiresAt),
        }),
        requireConfiguration(version, 'configuration'),
        ...takeUse(request, 'reserved', decision),
        ...record(keys, request, decision),
        writeOrder(keys, request.uuid, order, decision.at),
      ]),
    async take(transaction, seconds) {
      const taken = await driver.commit({
        writes: [write(takeOrder, { transaction, length: toMicroseconds(seconds) })],
      })
      if (taken.status === 'conflict') {
        return (await driver.first(isThere, { transaction })) === undefined ? 'gone' : 'held'
      }
      const row = await driver.first(findOrder, { transaction })
      return row === undefined ? 'gone' : { ...toRecordedOrder(row, keys), fence: Number(taken.returned) }
    },
    issue: ({ transaction }, certificate, now, audit = []) =>
      outcome([
        write(MOVES.issued, { uuid: transaction, certificate: certificate.uuid, now: fromDate(now) }),
        spendReservedUse(transaction, now),
        {
          statement: insertCertificateOfTransaction,
          values: { ...certificateValues(certificate, now), transaction },
          otherwise: 'state',
          unique: 'transaction',
        },
        ...writeRetirement(certificate),
        forget(transaction),
        ...writeAudit(keys, audit),
      ]),
    postpone: ({ transaction, fence }, { state, dueAt, pauseSeconds, trouble }) =>
      outcome([
        write(postpone, {
          ...{ transaction, fence, state },
          dueAt: fromDate(dueAt),
          pause: toMicroseconds(pauseSeconds),
          trouble: trouble === null ? null : fromText(trouble),
        }),
      ]),
    refuse: ({ transaction, fence }, now) =>
      outcome([
        write(forgetHeld, { transaction, fence }),
        write(MOVES.refused, {
          ...{ uuid: transaction, certificate: null, reason: 'authority_refused' },
          now: fromDate(now),
        }),
        ...giveBackUse(transaction, now),
      ]),
    expire: (transaction, now) =>
      outcome([
        write(expireOrdered, { transaction, now: fromDate(now) }),
        ...giveBackUse(transaction, now),
        forget(transaction),
      ]),
    isAnyDue: async (now) => (await driver.first(firstDue, { now: fromDate(now) })) !== undefined,
    async due(authority, now, limit) {
      const rows = await driver.all(listDue, { authority, now: fromDate(now), limit })
      return rows.map(({ transaction_uuid: transaction, expires_at }) => ({
        transaction,
        expiresAt: toDate(expires_at ?? 0),
      }))
    },
    async count(authority) {
      const counted = await driver.first(countOrders, { authority })
      const last = await driver.first(lastTrouble, { authority })
      const { oldest = null } = counted ?? {}
      return {
        open: Number(counted?.open ?? 0),
        pending: Number(counted?.pending ?? 0),
        oldest: oldest === null ? undefined : toDate(Number(oldest)),
        trouble: last?.trouble ?? undefined,
      }
    },
  }
}

function writeOrder(keys: StoreKeys, transaction: string, order: NewOrder, now: Date): Write {
  const { authorityId, upstreamTransactionId, message, memo } = order
  return write(insertOrder, {
    ...{ transaction, authority: authorityId, upstreamTransactionId, message },
    memo: seal(keys, memoPlace(transaction), memo),
    now: fromDate(now),
  })
}

function forget(transaction: string): Write {
  return { ...write(forgetOrder, { transaction }), expect: 'any' }
}
