import { getJob, getJobRun, type Job as JobOnWire, listJobRuns, listJobs, runJob, updateJob } from '@chancery/api'
import { uuidV7 } from '@chancery/ra'
import type { JobRun, JobSetting } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import type { Job } from '../../jobs/job.ts'
import { JOBS } from '../../jobs/scheduler.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { cursorOf, readCursor } from '../cursor.ts'
import { type Served, serve } from '../serve.ts'
import { jobToWire, runToWire } from './to-wire.ts'
import { changedSetting, unchangedSetting } from './update.ts'

const RUNS_ON_A_PAGE = 50

export function jobRoutes(scope: FastifyInstance, served: Served): void {
  const { store, log, now } = served.context

  const settingOf = async (job: Job): Promise<JobSetting> =>
    (await store.jobs.settings()).find(({ name }) => name === job.name) ?? unchangedSetting(job)

  const shown = async (job: Job): Promise<JobOnWire> => {
    const { runs } = await store.jobs.runs(job.name, { limit: 1 })
    return jobToWire(job, await settingOf(job), runs[0])
  }

  const findRun = async (uuid: string): Promise<JobRun> => {
    const run = await store.jobs.run(uuid)
    if (run === undefined) {
      throw new AdminRefusal(404, ['There is no run with this UUID. The newest 200 of each job are kept.'])
    }
    return run
  }

  serve(scope, served, listJobs, {
    async handle() {
      const [settings, runs] = await Promise.all([store.jobs.settings(), store.jobs.newestRuns()])
      const of = <T extends { readonly name: string }>(list: readonly T[], job: Job) =>
        list.find(({ name }) => name === job.name)
      return { jobs: JOBS.map((job) => jobToWire(job, of(settings, job) ?? unchangedSetting(job), of(runs, job))) }
    },
  })

  serve(scope, served, getJob, { handle: ({ params }) => shown(findJob(params.name)) })

  serve(scope, served, updateJob, {
    async handle({ params, body, caller }) {
      const job = findJob(params.name)
      const before = await settingOf(job)
      const after = changedSetting(job, before, body, now())
      const detail = { before: visible(before), after: visible(after) }
      const event = adminEvent(caller, now(), { action: 'job.update', object: { kind: 'job', name: job.name }, detail })
      await store.jobs.change(after, [event])
      log.info({ job: job.name, ...visible(after), caller: caller.name }, 'job changed')
      return shown(job)
    },
  })

  serve(scope, served, runJob, {
    async handle({ params, caller }) {
      const { name } = findJob(params.name)
      const at = now()
      const uuid = uuidV7(at)
      const event = adminEvent(caller, at, { action: 'job.run', object: { kind: 'job', name }, detail: { run: uuid } })
      return runToWire(await findRun(await store.jobs.request({ uuid, name, by: caller.name, at }, [event])))
    },
    location: (_, { uuid }) => `/v1/scheduler/runs/${uuid}`,
  })

  serve(scope, served, listJobRuns, {
    async handle({ params, query }) {
      const { name } = findJob(params.name)
      const before = query.cursor === undefined ? undefined : readCursor(query.cursor)
      const page = await store.jobs.runs(name, { before, limit: Number(query.itemsPerPage ?? RUNS_ON_A_PAGE) })
      return { runs: page.runs.map(runToWire), nextCursor: page.next === undefined ? null : cursorOf(page.next) }
    },
  })

  serve(scope, served, getJobRun, { handle: async ({ params }) => runToWire(await findRun(params.uuid.toLowerCase())) })
}

function findJob(name: string): Job {
  const job = JOBS.find((one) => one.name === name)
  if (job === undefined)
    throw new AdminRefusal(404, ['There is no job of this name: GET /v1/scheduler/jobs lists them.'])
  return job
}

function visible({ enabled, cron, timeZone }: JobSetting) {
  return { enabled, cron, timeZone }
}
