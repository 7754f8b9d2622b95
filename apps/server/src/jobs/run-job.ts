import { type AuditEvent, uuidV7 } from '@chancery/ra'
import type { EndedRun, JobSetting, Lease, OpenRun } from '@chancery/store'
import { cronStep } from './cron.ts'
import type { Job, JobContext, Occasion } from './job.ts'

/** What a node needs to run jobs. */
export interface Runner {
  readonly context: JobContext
  /** Of the leases: this node. */
  readonly holder: string
  readonly stopping: AbortSignal
  readonly timing: Timing
}

export interface Timing {
  /** After a crash another node takes a job over so long after; renewed at a third of it. */
  readonly leaseSeconds: number
  /** A run that takes longer is given up, so that the job is not stuck for good. */
  readonly longestSeconds: number
}

export const TIMING: Timing = { leaseSeconds: 30, longestSeconds: 3600 }

const LONGEST_SUMMARY = 300
const NOTHING_DONE = 'There was nothing to do.'

/** In its rhythm: only if something is due. A job that fails is logged and runs again next time; the others do not suffer. */
export async function runInRhythm(job: Job, setting: JobSetting | undefined, runner: Runner): Promise<void> {
  const { context } = runner
  const { store, log, now } = context
  try {
    const step = stepOf(setting, now())
    if (step === 'waits') return
    const occasion = setting === undefined || setting.cron === null ? 'rhythm' : 'cron'
    if (step === 'ahead' || !(await job.isDue(context, occasion))) return await follow(setting, context)
    await withLease(job, runner, async (lease) => {
      // Another node may have been at it until just now.
      const current = setting && (await store.jobs.settings()).find(({ name }) => name === job.name)
      if (stepOf(current, now()) !== 'due') return
      const run = await runUnder(lease, job, runner, occasion)
      await follow(current, context)
      if (run.outcome === 'done' && run.summary === null) return
      if (!(await store.jobs.record(run, lease, failureOf(run)))) log.warn({ job: job.name }, LEASE_LOST)
    })
  } catch (error) {
    log.error({ err: error, job: job.name }, 'a job failed')
  }
}

/** Because somebody asked for it: also if nothing is due. */
export async function runRequested(job: Job, request: OpenRun, runner: Runner): Promise<void> {
  const { store, log, now } = runner.context
  try {
    await withLease(job, runner, async (lease) => {
      if (!(await store.jobs.start(request.uuid, now(), lease))) return
      const { summary, ...run } = await runUnder(lease, job, runner, 'request')
      const ended = { ...run, uuid: request.uuid, summary: summary ?? NOTHING_DONE }
      if (!(await store.jobs.end(ended, lease, failureOf(ended)))) log.warn({ job: job.name }, LEASE_LOST)
    })
  } catch (error) {
    log.error({ err: error, job: job.name }, 'a job failed')
  }
}

/** The history says that the node that ran it is gone. */
export async function abandonRun(run: OpenRun, { store, log, now }: JobContext): Promise<void> {
  const summary = 'The server that ran it ended in the middle.'
  const failure = failureOf({ name: run.name, outcome: 'failed', summary, endedAt: now() })
  if (await store.jobs.abandon(run, summary, now(), failure)) log.warn({ job: run.name, run: run.uuid }, summary)
}

const LEASE_LOST = 'another node has taken the job over; what this one wrote since is refused'

function stepOf(setting: JobSetting | undefined, now: Date): ReturnType<typeof cronStep> {
  if (setting === undefined || setting.cron === null || setting.cronFollowedTo === null) return 'due'
  return cronStep({ cron: setting.cron, timeZone: setting.timeZone }, setting.cronFollowedTo, now)
}

async function follow(setting: JobSetting | undefined, { store, now }: JobContext): Promise<void> {
  if (setting !== undefined) await store.jobs.followCron(setting, now())
}

async function withLease(job: Job, runner: Runner, work: (lease: Lease) => Promise<void>): Promise<void> {
  const { context, holder, timing } = runner
  const { leases } = context.store
  const lease = await leases.acquire(job.name, holder, timing.leaseSeconds)
  if (lease === undefined) return
  let renewing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(
    () => {
      // A lease that is lost makes the job's writes fail, so nothing more has to be done about it here.
      renewing = leases.renew(lease, timing.leaseSeconds).catch((error: unknown) => {
        context.log.warn({ err: error, job: job.name }, 'a lease could not be renewed')
      })
    },
    (timing.leaseSeconds * 1000) / 3,
  )
  try {
    await work(lease)
  } finally {
    clearInterval(timer)
    await renewing
    await leases.release(lease)
  }
}

async function runUnder(
  lease: Lease,
  job: Job,
  { context, stopping, timing }: Runner,
  occasion: Occasion,
): Promise<EndedRun> {
  const { log, now } = context
  const startedAt = now()
  const run = { uuid: uuidV7(startedAt), name: job.name, startedAt }
  const late = new AbortController()
  const limit = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.abort()
    limit.reject(new Error(`It was still running after ${timing.longestSeconds} seconds and was given up.`))
  }, timing.longestSeconds * 1000)
  try {
    const work = job.run(context, lease, AbortSignal.any([stopping, late.signal]), occasion)
    const summary = (await Promise.race([work, limit.promise])) ?? null
    return { ...run, endedAt: now(), outcome: 'done', summary: summary && oneLine(summary) }
  } catch (error) {
    log.error({ err: error, job: job.name }, 'a job failed')
    const summary = oneLine(error instanceof Error ? error.message : String(error))
    return { ...run, endedAt: now(), outcome: 'failed', summary }
  } finally {
    clearTimeout(timer)
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, LONGEST_SUMMARY)
}

function failureOf({
  name,
  outcome,
  summary,
  endedAt,
}: Pick<EndedRun, 'name' | 'outcome' | 'summary' | 'endedAt'>): AuditEvent[] {
  if (outcome === 'done') return []
  const actor = { kind: 'job', name } as const
  const object = { kind: 'job', name }
  return [{ uuid: uuidV7(endedAt), at: endedAt, actor, action: 'job.run', object, outcome, detail: { summary } }]
}
