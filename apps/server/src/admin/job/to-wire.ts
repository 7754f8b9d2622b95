import type { Job as JobOnWire, JobRun as RunOnWire } from '@chancery/api'
import type { JobRun, JobSetting } from '@chancery/store'
import { nextTime } from '../../jobs/cron.ts'
import type { Job } from '../../jobs/job.ts'

export function jobToWire(job: Job, setting: JobSetting, lastRun: JobRun | undefined): JobOnWire {
  const { name, title, does, everySeconds, whenOff = null } = job
  const { enabled, cron, timeZone } = setting
  const mayBeSwitchedOff = whenOff !== 'never'
  return {
    name,
    title,
    does,
    enabled,
    whenOff: mayBeSwitchedOff ? whenOff : null,
    mayBeSwitchedOff,
    everySeconds,
    cron,
    timeZone,
    nextAt: enabled ? nextAt(setting) : null,
    lastRun: lastRun === undefined ? null : runToWire(lastRun),
  }
}

export function runToWire({ uuid, name, trigger, requestedBy, outcome, summary, times, ...at }: JobRun): RunOnWire {
  return {
    uuid,
    job: name,
    trigger,
    requestedBy,
    requestedAt: at.requestedAt?.toISOString() ?? null,
    startedAt: at.startedAt?.toISOString() ?? null,
    endedAt: at.endedAt?.toISOString() ?? null,
    outcome,
    summary,
    times,
  }
}

function nextAt({ cron, timeZone, cronFollowedTo }: JobSetting): string | null {
  if (cron === null || cronFollowedTo === null) return null
  return nextTime({ cron, timeZone }, cronFollowedTo)?.toISOString() ?? null
}
