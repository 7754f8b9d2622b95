import type { TransactionLedger } from '@chancery/ra'
import { openCsr, sealChallenge, sealCsr } from './approval/sealed.ts'
import { requireRoom, write } from './approval/unit.ts'
import { insertWaiting, refuseReceived } from './approval/write.ts'
import { fromDate } from './column.ts'
import { requireConfiguration } from './configuration/version.ts'
import type { Driver } from './driver.ts'
import { outcomeOf, transactionValues, writeSupersession } from './ledger.ts'
import type { StoreKeys } from './seal/store-key.ts'
import { slot, statement, type Values } from './statement.ts'
import type { Write } from './unit.ts'

/** Transactions about which somebody elsewhere has not said whether they may be. */
export function receivedTransactions(
  driver: Driver,
  keys: StoreKeys,
): Pick<TransactionLedger, 'receive' | 'receivedCsr' | 'refuse'> {
  const outcome = async (writes: readonly Write[]) => outcomeOf(await driver.commit({ writes }))
  return {
    receive: (transaction, { csr, challenge, source, expiresAt, caps }) => {
      const values: Values = {
        ...transactionValues(transaction),
        ...NOTHING_DECIDED,
        sealedCsr: sealCsr(keys, transaction.uuid, csr),
        sealedChallenge: sealChallenge(keys, transaction.uuid, challenge),
        source: source ?? null,
        expiresAt: fromDate(expiresAt),
      }
      return outcome([
        ...writeSupersession(transaction),
        ...requireRoom(caps, values, 'received'),
        { statement: insertWaiting, values, otherwise: 'transaction', unique: 'transaction' },
        requireConfiguration(transaction.configurationVersion, 'configuration'),
      ])
    },
    async receivedCsr(uuid) {
      const row = await driver.first(findReceived, { transaction: uuid })
      return openCsr(keys, uuid, row?.sealed_csr ?? null)
    },
    refuse: (uuid, reason, now) => outcome([write(refuseReceived, { transaction: uuid, reason, now: fromDate(now) })]),
  }
}

/** Without a subject it is in no list of a person. */
const NOTHING_DECIDED: Values = {
  state: 'received',
  issuer: null,
  serial: null,
  tbs: null,
  certificate: null,
  subject: null,
  predecessor: null,
  authenticated: 0,
}

const findReceived = statement((db) =>
  db
    .selectFrom('scep_transaction')
    .select('sealed_csr')
    .where('uuid', '=', slot<string>('transaction'))
    .where('state', '=', 'received')
    .where('superseded_by', 'is', null),
)
