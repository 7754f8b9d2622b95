import type { Job, JobRun } from '@chancery/api'
import { printable } from '../terminal/printable.ts'
import { tableLines } from '../terminal/table.ts'

const HEAD = ['NAME', 'STATE', 'RUNS', 'LAST RUN', 'WHAT IT DID']
const RUN_HEAD = ['STARTED', 'WHY', 'OUTCOME', 'WHAT IT DID', 'UUID']

export function jobTable(jobs: readonly Job[]): string[] {
  return tableLines(
    HEAD,
    jobs.map((job) => [
      job.name,
      job.enabled ? 'on' : 'off',
      rhythm(job),
      job.lastRun === null ? 'never' : (minute(job.lastRun.startedAt) ?? 'waits'),
      job.lastRun === null ? '' : told(job.lastRun),
    ]),
  )
}

export function jobLines(job: Job): string[] {
  const { lastRun, nextAt, whenOff, mayBeSwitchedOff } = job
  const rows: readonly (readonly [string, string])[] = [
    ['name', job.name],
    ['does', job.does],
    ['state', mayBeSwitchedOff ? (job.enabled ? 'on' : 'off') : 'on, and it cannot be switched off'],
    ['runs', rhythm(job)],
    ...(nextAt === null ? [] : [['next', nextAt] as const]),
    ...(whenOff === null ? [] : [['when off', whenOff] as const]),
    ['last run', lastRun === null ? 'never' : `${lastRun.startedAt ?? 'waits'}  ${told(lastRun)}`],
  ]
  return rows.map(([name, value]) => `${name.padEnd(8)}  ${printable(value)}`)
}

export function runTable(runs: readonly JobRun[]): string[] {
  if (runs.length === 0) return []
  return tableLines(
    RUN_HEAD,
    runs.map((run) => [
      run.startedAt ?? 'waits',
      run.requestedBy === null ? 'due' : `asked for by ${run.requestedBy}`,
      run.outcome ?? (run.startedAt === null ? '' : 'runs'),
      run.summary ?? '',
      run.uuid,
    ]),
  )
}

/** In one line how a run went. */
export function told({ outcome, summary, startedAt, times }: JobRun): string {
  if (outcome === null) return startedAt === null ? 'waits to be taken up' : 'it is running'
  const often = times > 1 ? ` (${times} times)` : ''
  return `${outcome === 'failed' ? 'failed: ' : ''}${summary ?? ''}${often}`
}

function rhythm({ cron, timeZone, everySeconds }: Job): string {
  if (cron !== null) return `${cron} ${timeZone ?? 'UTC'}`
  if (everySeconds % 3600 === 0) return `every ${everySeconds / 3600} h`
  return everySeconds % 60 === 0 ? `every ${everySeconds / 60} min` : `every ${everySeconds} s`
}

/** `2026-03-01T12:00Z` */
function minute(time: string | null): string | undefined {
  return time?.replace(/:\d\d(\.\d+)?Z$/, 'Z')
}
