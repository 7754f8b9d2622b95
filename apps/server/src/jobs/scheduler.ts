import { randomUUID } from 'node:crypto'
import type { JobSetting, OpenRun } from '@chancery/store'
import { chainAudit } from './chain-audit.ts'
import { closeApprovals } from './close-approvals.ts'
import { countCertificates } from './count-certificates.ts'
import { deliverNotices } from './deliver-notices.ts'
import { fillOutbox } from './fill-outbox.ts'
import { forgetAllows } from './forget-allows.ts'
import { indexCertificates } from './index-certificates.ts'
import type { Job, JobContext } from './job.ts'
import { noticeExpiry } from './notice-expiry.ts'
import { pruneAudit } from './prune-audit.ts'
import { pruneChallenges } from './prune-challenges.ts'
import { pruneNotices } from './prune-notices.ts'
import { pruneRecords } from './prune-records.ts'
import { pruneSessions } from './prune-sessions.ts'
import { pruneStatistics } from './prune-statistics.ts'
import { publishCrls } from './publish-crls.ts'
import { renewOcspSigners } from './renew-ocsp-signers.ts'
import { renewRaCertificates } from './renew-ra-certificates.ts'
import { reportVouchedCertificates } from './report-vouched-certificates.ts'
import { revokePredecessors } from './revoke-predecessors.ts'
import { abandonRun, type Runner, runInRhythm, runRequested, TIMING, type Timing } from './run-job.ts'
import { sendOrders } from './send-orders.ts'
import { switchOver } from './switch-over.ts'
import { updateIntuneRevocationRequestsJob } from './update-intune-revocation-requests.ts'

/** One line a job, in the order in which they run first. */
export const JOBS: readonly Job[] = [
  switchOver,
  renewRaCertificates,
  renewOcspSigners,
  revokePredecessors,
  publishCrls,
  closeApprovals,
  pruneChallenges,
  pruneSessions,
  forgetAllows,
  chainAudit,
  pruneAudit,
  sendOrders,
  reportVouchedCertificates,
  countCertificates,
  pruneStatistics,
  fillOutbox,
  noticeExpiry,
  deliverNotices,
  pruneNotices,
  indexCertificates,
  pruneRecords,
  updateIntuneRevocationRequestsJob,
]

/** How often a node looks what is wanted of it. */
const TICK_MILLISECONDS = 1000
/** Timers come a little early or late: a job of every two seconds runs at every second tick. */
const SLACK_MILLISECONDS = 200
/** For the jobs that are running when the server stops. */
const PATIENCE_MILLISECONDS = 40_000

export interface Scheduler {
  /** Waits for the jobs that are running. */
  stop(): Promise<void>
}

/** What everybody wants of the jobs at this moment. */
interface Wanted {
  readonly settings: ReadonlyMap<string, JobSetting>
  readonly open: readonly OpenRun[]
}

/** Runs all jobs once, one after the other, and from then on each in its own rhythm, by its cron expression, or on request. */
export async function startJobs(
  context: JobContext,
  jobs: readonly Job[] = JOBS,
  timing: Timing = TIMING,
): Promise<Scheduler> {
  const stopping = new AbortController()
  const runner: Runner = { context, holder: randomUUID(), stopping: stopping.signal, timing }
  const running = new Map<Job, Promise<void>>()
  /** By a clock that nobody sets. */
  const lastRounds = new Map<Job, number>()

  /** Never twice at a time. */
  const launch = (job: Job, work: Promise<void>): Promise<void> => {
    const done = work.finally(() => running.delete(job))
    running.set(job, done)
    return done
  }

  const round = async (job: Job, { settings, open }: Wanted): Promise<void> => {
    if (running.has(job)) return
    const request = open.find(({ name, startedAt }) => name === job.name && startedAt === null)
    if (request !== undefined) return launch(job, runRequested(job, request, runner))
    const setting = settings.get(job.name)
    const elapsed = performance.now() - (lastRounds.get(job) ?? Number.NEGATIVE_INFINITY)
    const hasCron = setting?.cron !== undefined && setting.cron !== null
    if (setting?.enabled === false || (!hasCron && elapsed < job.everySeconds * 1000 - SLACK_MILLISECONDS)) return
    lastRounds.set(job, performance.now())
    return launch(job, runInRhythm(job, setting, runner))
  }

  let isUnreadable = false
  const look = async (): Promise<Wanted | undefined> => {
    try {
      const wanted = await readWanted(context)
      isUnreadable = false
      return wanted
    } catch (error) {
      if (!isUnreadable) context.log.error({ err: error }, 'what is wanted of the jobs cannot be read; they wait')
      isUnreadable = true
      return undefined
    }
  }

  let ticking: Promise<void> | undefined
  const tick = async (): Promise<void> => {
    const wanted = await look()
    if (wanted === undefined || stopping.signal.aborted) return
    for (const job of jobs) void round(job, wanted)
  }

  const first = await look()
  if (first !== undefined) {
    for (const job of jobs) {
      const done = round(job, first)
      if (job.inBackground !== true) await done
    }
  }
  const timer = setInterval(() => {
    ticking ??= tick().finally(() => {
      ticking = undefined
    })
  }, TICK_MILLISECONDS)
  timer.unref()
  return {
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await ticking
      await patiently(Promise.all(running.values()))
    },
  }
}

/** And tidies up after nodes that died. */
async function readWanted(context: JobContext): Promise<Wanted> {
  const { jobs } = context.store
  const [settings, open] = await Promise.all([jobs.settings(), jobs.openRuns()])
  for (const run of open) if (run.startedAt !== null && !run.held) await abandonRun(run, context)
  return { settings: new Map(settings.map((setting) => [setting.name, setting])), open }
}

async function patiently(work: Promise<unknown>): Promise<void> {
  const limit = Promise.withResolvers<void>()
  const timer = setTimeout(limit.resolve, PATIENCE_MILLISECONDS)
  await Promise.race([work, limit.promise])
  clearTimeout(timer)
}
