import type { AuditEvent } from '@chancery/ra'
import type { Driver } from '../driver.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { type AuditChain, auditChain } from './chain.ts'
import { type AuditFeed, auditFeed } from './feed.ts'
import { type AuditReading, auditReading } from './list.ts'
import { type AuditPruning, auditPruning } from './prune.ts'
import { type AuditVerifier, auditVerifier } from './verify/verify.ts'
import { writeAudit } from './write.ts'

/** Who did what to what. Most events are written by the unit that does it; here are those of what is no unit. */
export interface AuditLog extends AuditChain, AuditFeed, AuditPruning, AuditReading, AuditVerifier {
  /** Such as a refusal, or a sign-in that failed. */
  record(events: readonly AuditEvent[]): Promise<void>
}

export function auditLog(driver: Driver, keys: StoreKeys): AuditLog {
  return {
    ...auditChain(driver, keys),
    ...auditFeed(driver),
    ...auditPruning(driver, keys),
    ...auditReading(driver),
    ...auditVerifier(driver, keys),
    async record(events) {
      if (events.length > 0) await driver.commit({ writes: writeAudit(keys, events) })
    },
  }
}
