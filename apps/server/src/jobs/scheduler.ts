import type { Job, JobContext } from './job.ts'
import { publishCrls } from './publish-crls.ts'
import { renewRaCertificates } from './renew-ra-certificates.ts'

/** One line a job, in the order in which they run. */
const JOBS: readonly Job[] = [renewRaCertificates, publishCrls]

/** Each job asks the store what is due, so looking costs little; what is due waits this long at most. */
const EVERY_MILLISECONDS = 5 * 60_000

export interface Scheduler {
  /** Waits for the job that is running. */
  stop(): Promise<void>
}

/** Runs all jobs once, and from then on again and again. */
export async function startJobs(context: JobContext): Promise<Scheduler> {
  let running = runAll(context)
  await running
  const timer = setInterval(() => {
    running = running.then(() => runAll(context))
  }, EVERY_MILLISECONDS)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}

/** A job that fails is logged and runs again next time; the others do not suffer. */
async function runAll(context: JobContext): Promise<void> {
  for (const job of JOBS) {
    try {
      await job.run(context)
    } catch (error) {
      context.log.error({ err: error, job: job.name }, 'a job failed')
    }
  }
}
