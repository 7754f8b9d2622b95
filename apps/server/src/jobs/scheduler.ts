import { randomUUID } from 'node:crypto'
import type { Lease } from '@chancery/store'
import { chainAudit } from './chain-audit.ts'
import { closeApprovals } from './close-approvals.ts'
import { forgetAllows } from './forget-allows.ts'
import type { Job, JobContext } from './job.ts'
import { pruneChallenges } from './prune-challenges.ts'
import { publishCrls } from './publish-crls.ts'
import { renewRaCertificates } from './renew-ra-certificates.ts'
import { revokePredecessors } from './revoke-predecessors.ts'
import { sendOrders } from './send-orders.ts'
import { switchOver } from './switch-over.ts'

/** One line a job, in the order in which they run first. */
const JOBS: readonly Job[] = [
  switchOver,
  renewRaCertificates,
  revokePredecessors,
  publishCrls,
  closeApprovals,
  pruneChallenges,
  forgetAllows,
  chainAudit,
  sendOrders,
]

/** After a crash another node takes a job over so long after; renewed at a third of it. */
const LEASE_SECONDS = 30

export interface Scheduler {
  /** Waits for the jobs that are running. */
  stop(): Promise<void>
}

/** Runs all jobs once, one after the other, and from then on each in its own rhythm. */
export async function startJobs(context: JobContext, jobs: readonly Job[] = JOBS): Promise<Scheduler> {
  const holder = randomUUID()
  const stopping = new AbortController()
  const round = (job: Job) => runOnce(job, context, holder, stopping.signal)
  for (const job of jobs) if (job.inBackground !== true) await round(job)
  const clocks = jobs.map((job) => repeat(job.everySeconds, () => round(job), job.inBackground === true))
  return {
    async stop() {
      stopping.abort()
      await Promise.all(clocks.map((clock) => clock.stop()))
    },
  }
}

/** Never twice at a time: a round that is still running when the next one is due takes its place. */
function repeat(seconds: number, work: () => Promise<void>, atOnce: boolean): Scheduler {
  let running: Promise<void> | undefined
  const round = () => {
    running ??= work().finally(() => {
      running = undefined
    })
  }
  const timer = setInterval(round, seconds * 1000)
  timer.unref()
  if (atOnce) round()
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}

/** A job that fails is logged and runs again next time; the others do not suffer. */
async function runOnce(job: Job, context: JobContext, holder: string, stopping: AbortSignal): Promise<void> {
  const { store, log } = context
  try {
    if (!(await job.isDue(context))) return
    const lease = await store.leases.acquire(job.name, holder, LEASE_SECONDS)
    if (lease === undefined) return
    await runUnder(lease, job, context, stopping)
  } catch (error) {
    log.error({ err: error, job: job.name }, 'a job failed')
  }
}

async function runUnder(lease: Lease, job: Job, context: JobContext, stopping: AbortSignal): Promise<void> {
  const { leases } = context.store
  let renewing: Promise<unknown> = Promise.resolve()
  const timer = setInterval(
    () => {
      // A lease that is lost makes the job's writes fail, so nothing more has to be done about it here.
      renewing = leases.renew(lease, LEASE_SECONDS).catch((error: unknown) => {
        context.log.warn({ err: error, job: job.name }, 'a lease could not be renewed')
      })
    },
    (LEASE_SECONDS * 1000) / 3,
  )
  try {
    await job.run(context, lease, stopping)
  } finally {
    clearInterval(timer)
    await renewing
    await leases.release(lease)
  }
}
