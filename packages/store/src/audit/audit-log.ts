import type { AuditEvent } from '@chancery/ra'
import type { Driver } from '../driver.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { writeAudit } from './write.ts'

/** Who did what to what. Most events are written by the unit that does it; here are those of what is no unit. */
export interface AuditLog {
  /** Such as a refusal, or a sign-in that failed. */
  record(events: readonly AuditEvent[]): Promise<void>
}

export function auditLog(driver: Driver, keys: StoreKeys): AuditLog {
  return {
    async record(events) {
      if (events.length > 0) await driver.commit({ writes: writeAudit(keys, events) })
    },
  }
}
