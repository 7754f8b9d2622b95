import type { Transaction } from '@chancery/api'
import type { Configuration } from '@chancery/ra'
import type { TransactionEntry } from '@chancery/store'
import { printable } from '../../log/printable.ts'
import { nameOf } from '../decision/to-wire.ts'

const LONGEST_TRANSACTION_ID = 255

export function transactionToWire(entry: TransactionEntry, { scepProfiles, raProfiles }: Configuration): Transaction {
  const { uuid, state, kind, endpoint, subject, reason, supersededBy } = entry
  return {
    ...{ uuid, state, kind, endpoint, subject, reason, supersededBy },
    scepProfile: nameOf(scepProfiles, entry.scepProfileId),
    raProfile: nameOf(raProfiles, entry.raProfileId),
    transactionId: printable(entry.transactionId, LONGEST_TRANSACTION_ID),
    createdAt: entry.createdAt.toISOString(),
    changedAt: entry.changedAt.toISOString(),
    expiresAt: entry.expiresAt?.toISOString() ?? null,
    certificateUuid: entry.certificate,
  }
}
