import type { AuditEvent } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { fromDate, fromFlag, toDate, toFlag } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { type JobRuns, jobRuns } from './run-store.ts'
import { followTo, listSettings, saveSetting } from './setting-statement.ts'

/** How somebody wants a job to run; one that nobody has changed has none. */
export interface JobSetting {
  readonly name: string
  readonly enabled: boolean
  /** Null: in its own rhythm. */
  readonly cron: string | null
  /** Of the expression; null: UTC. */
  readonly timeZone: string | null
  /** Up to when the expression was followed. */
  readonly cronFollowedTo: Date | null
}

export interface JobStore extends JobRuns {
  settings(): Promise<JobSetting[]>
  change(setting: JobSetting, audit?: readonly AuditEvent[]): Promise<void>
  /** False: another node has followed it further, or somebody has changed it. */
  followCron(setting: JobSetting, to: Date): Promise<boolean>
}

export function jobStore(driver: Driver, keys: StoreKeys): JobStore {
  return {
    ...jobRuns(driver, keys),
    async settings() {
      return (await driver.all(listSettings, {})).map((row) => ({
        name: row.name,
        enabled: toFlag(row.enabled),
        cron: row.cron,
        timeZone: row.time_zone,
        cronFollowedTo: row.cron_followed_to === null ? null : toDate(row.cron_followed_to),
      }))
    },
    async change({ name, enabled, cron, timeZone, cronFollowedTo }, audit = []) {
      const values = {
        name,
        enabled: fromFlag(enabled),
        cron,
        timeZone,
        followedTo: cronFollowedTo === null ? null : fromDate(cronFollowedTo),
      }
      await driver.commit({
        writes: [{ statement: saveSetting, values, otherwise: 'state' }, ...writeAudit(keys, audit)],
      })
    },
    async followCron({ name, cron, cronFollowedTo }, to) {
      if (cron === null || cronFollowedTo === null) return false
      const values = { name, cron, seen: fromDate(cronFollowedTo), to: fromDate(to) }
      const { status } = await driver.commit({ writes: [{ statement: followTo, values, otherwise: 'state' }] })
      return status === 'committed'
    },
  }
}
