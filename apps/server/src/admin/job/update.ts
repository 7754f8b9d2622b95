import type { JobUpdate } from '@chancery/api'
import type { JobSetting } from '@chancery/store'
import { cronFaults } from '../../jobs/cron.ts'
import type { Job } from '../../jobs/job.ts'
import { AdminRefusal } from '../admin-refusal.ts'

/** Of a job that nobody has changed. */
export function unchangedSetting({ name }: Job): JobSetting {
  return { name, enabled: true, cron: null, timeZone: null, cronFollowedTo: null }
}

/** @throws {AdminRefusal} 422 with every fault */
export function changedSetting(job: Job, before: JobSetting, update: JobUpdate, now: Date): JobSetting {
  const { enabled = before.enabled, cron = before.cron, timeZone = before.timeZone } = update
  const faults = [
    ...(enabled || job.whenOff !== 'never'
      ? []
      : [`enabled must be true: the job ${job.name} cannot be switched off.`]),
    ...(cron === null ? faultsWithoutCron(update) : cronFaults({ cron, timeZone })),
  ]
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  if (cron === null) return { ...before, enabled, cron, timeZone: null, cronFollowedTo: null }
  // From now on: what an expression would have meant yesterday, or while the job was off, is not made up for.
  const goesOn = cron === before.cron && timeZone === before.timeZone && enabled === before.enabled
  return { ...before, enabled, cron, timeZone, cronFollowedTo: goesOn ? before.cronFollowedTo : now }
}

function faultsWithoutCron({ timeZone }: JobUpdate): string[] {
  return timeZone === undefined || timeZone === null ? [] : ['timeZone is used only where there is a cron expression.']
}
