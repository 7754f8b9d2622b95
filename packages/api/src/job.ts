import { type Static, Type } from 'typebox'
import { cursor, itemsPerPage, NOTHING, nameParam, nullable, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

export const JobRun = Type.Object({
  uuid: Type.String(),
  job: Type.String(),
  /** `rhythm`: it was due by itself; `request`: somebody asked for it. */
  trigger: Type.Enum(['rhythm', 'request'] as const),
  requestedBy: nullable(Type.String()),
  requestedAt: nullable(Type.String()),
  /** Null: it waits for a server to take it up, for about a second, or until a run that is under way has ended. */
  startedAt: nullable(Type.String()),
  endedAt: nullable(Type.String()),
  /** Null: it has not ended. */
  outcome: nullable(Type.Enum(['done', 'failed'] as const)),
  /** One line: what it did, or why it failed. */
  summary: nullable(Type.String()),
  /** So often in a row, where it failed for the same reason each time. */
  times: Type.Integer(),
})
export type JobRun = Static<typeof JobRun>

export const Job = Type.Object({
  name: Type.String(),
  title: Type.String(),
  does: Type.String(),
  enabled: Type.Boolean(),
  /** What stops working while it is switched off; null: nothing that anybody relies on. */
  whenOff: nullable(Type.String()),
  /** False: it cannot be switched off. */
  mayBeSwitchedOff: Type.Boolean(),
  /** Its own rhythm, which holds while there is no cron expression. */
  everySeconds: Type.Integer(),
  cron: nullable(Type.String()),
  /** Of the expression; null: UTC. */
  timeZone: nullable(Type.String()),
  /** By the expression; null: there is none, or the job is switched off. */
  nextAt: nullable(Type.String()),
  /** The newest one, which may still wait or run; null: there never was one worth keeping. */
  lastRun: nullable(JobRun),
})
export type Job = Static<typeof Job>

export const JobUpdate = strictObject({
  enabled: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
  cron: Type.Optional(
    nullable(Type.String({ minLength: 1, maxLength: 200 }), {
      rule: 'must be a cron expression of five fields, such as 30 4 * * 1, or null for its own rhythm',
    }),
  ),
  timeZone: Type.Optional(
    nullable(Type.String({ minLength: 1, maxLength: 100 }), {
      rule: 'must be the name of a time zone, such as Europe/Berlin, or null for UTC',
    }),
  ),
})
export type JobUpdate = Static<typeof JobUpdate>

const name = strictObject({ name: nameParam })

export const listJobs = route({
  method: 'GET',
  path: '/v1/scheduler/jobs',
  permission: 'job.read',
  summary: 'What the server does by itself: every job, when it runs, and how it went last',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Type.Object({ jobs: Type.Array(Job) }) },
})

export const getJob = route({
  method: 'GET',
  path: '/v1/scheduler/jobs/:name',
  permission: 'job.read',
  summary: 'One job',
  params: name,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Job },
})

export const updateJob = route({
  method: 'PATCH',
  path: '/v1/scheduler/jobs/:name',
  permission: 'job.update',
  summary: 'Switches a job on or off, or gives it a cron expression; what is left out stays as it is',
  params: name,
  query: NOTHING,
  body: JobUpdate,
  answer: { status: 200, type: 'application/json', schema: Job },
})

export const runJob = route({
  method: 'POST',
  path: '/v1/scheduler/jobs/:name/run',
  permission: 'job.run',
  summary: 'Asks for a run now, also of a job that is switched off; while an earlier request waits, it is that one',
  params: name,
  query: NOTHING,
  body: NOTHING,
  answer: { status: 202, type: 'application/json', schema: JobRun },
})

export const listJobRuns = route({
  method: 'GET',
  path: '/v1/scheduler/jobs/:name/runs',
  permission: 'job.read',
  summary: 'The newest 200 runs of a job that did something, failed or were asked for, the newest first',
  params: name,
  query: strictObject({ cursor: Type.Optional(cursor), itemsPerPage: Type.Optional(itemsPerPage) }),
  body: undefined,
  answer: {
    status: 200,
    type: 'application/json',
    schema: Type.Object({ runs: Type.Array(JobRun), nextCursor: nullable(Type.String()) }),
  },
})

export const getJobRun = route({
  method: 'GET',
  path: '/v1/scheduler/runs/:uuid',
  permission: 'job.read',
  summary: 'One run of a job: whether it has started, has ended, and how',
  params: strictObject({ uuid: uuidParam }),
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: JobRun },
})
