import type { AuditEvent } from '@chancery/ra'
import type { Selectable } from 'kysely'
import { writeAudit } from '../audit/write.ts'
import { fromDate, toDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import type { JobRunTable } from '../schema/tables.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import {
  abandonRun,
  endRun,
  findRun,
  findWaiting,
  insertRequest,
  insertRun,
  openRuns,
  repeatFailure,
  startRun,
  trimRuns,
} from './run-statement.ts'

/** One run of a job, or the request for one. */
export interface JobRun {
  readonly uuid: string
  readonly name: string
  readonly trigger: 'rhythm' | 'request'
  readonly requestedBy: string | null
  readonly requestedAt: Date | null
  /** Null: it waits for a node to take it up. */
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly outcome: 'done' | 'failed' | null
  /** One line: what it did, or why it failed. */
  readonly summary: string | null
  /** So often in a row, where it failed for the same reason each time. */
  readonly times: number
}

/** A run that has not ended. */
export interface OpenRun {
  readonly uuid: string
  readonly name: string
  readonly startedAt: Date | null
  /** Whether some node holds the lease of its job. */
  readonly held: boolean
}

export type EndedRun = Pick<JobRun, 'uuid' | 'name'> & {
  readonly startedAt: Date
  readonly endedAt: Date
  readonly outcome: 'done' | 'failed'
  readonly summary: string | null
}

/** History of the jobs: requested runs, and those that did something or failed. */
export interface JobRuns {
  /** Of every job. */
  openRuns(): Promise<OpenRun[]>
  /** The UUID of the run: that of an earlier request, while it waits to be taken up. */
  request(
    run: { readonly uuid: string; readonly name: string; readonly by: string; readonly at: Date },
    audit?: readonly AuditEvent[],
  ): Promise<string>
  /** False: the lease is somebody else's, or the request is taken up already. */
  start(uuid: string, now: Date, lease: Lease): Promise<boolean>
  /** Of a run that was requested. False: the lease is somebody else's by now. */
  end(run: EndedRun, lease: Lease, audit?: readonly AuditEvent[]): Promise<boolean>
  /** Of a run of its own rhythm. A failure for the same reason as the one before is counted there, and `audit` not written again. */
  record(run: EndedRun, lease: Lease, audit?: readonly AuditEvent[]): Promise<boolean>
  /** Of a run whose node is gone. False: some node holds the lease. */
  abandon(run: OpenRun, summary: string, now: Date, audit?: readonly AuditEvent[]): Promise<boolean>
  run(uuid: string): Promise<JobRun | undefined>
  /** The newest first; `before` is where the page before ended. */
  runs(name: string, page: { readonly before?: number | undefined; readonly limit: number }): Promise<JobRunPage>
  /** The newest of every job that ever ran. */
  newestRuns(): Promise<JobRun[]>
}

export interface JobRunPage {
  readonly runs: readonly JobRun[]
  readonly next: number | undefined
}

/** Of each job so many are kept. */
const MOST_RUNS = 200

export function jobRuns(driver: Driver, keys: StoreKeys): JobRuns {
  /** Before the new one, which a later write of the unit may not see. */
  const trim = (name: string) =>
    ({ statement: trimRuns, values: { name, before: MOST_RUNS - 1 }, expect: 'any', otherwise: 'state' }) as const
  return {
    async openRuns() {
      return (await driver.all(openRuns, {})).map(({ uuid, name, started_at, held }) => ({
        uuid,
        name,
        startedAt: time(started_at),
        held: Number(held) === 1,
      }))
    },
    async request({ uuid, name, by, at }, audit = []) {
      const values = { uuid, name, by, at: fromDate(at) }
      for (;;) {
        const { status } = await driver.commit({
          writes: [
            { statement: insertRequest, values, otherwise: 'state', unique: 'state' },
            ...writeAudit(keys, audit),
          ],
        })
        if (status === 'committed') return uuid
        // It may have been taken up in between.
        const waiting = await driver.first(findWaiting, { name })
        if (waiting !== undefined) return waiting.uuid
      }
    },
    async start(uuid, now, lease) {
      const { status } = await driver.commit({
        writes: [
          ...requireLease(lease),
          { statement: startRun, values: { uuid, now: fromDate(now) }, otherwise: 'state' },
        ],
      })
      return status === 'committed'
    },
    async end(run, lease, audit = []) {
      const { status } = await driver.commit({
        writes: [
          ...requireLease(lease),
          trim(run.name),
          { statement: endRun, values: valuesOf(run), otherwise: 'state' },
          ...writeAudit(keys, audit),
        ],
      })
      return status === 'committed'
    },
    async record(run, lease, audit = []) {
      const values = valuesOf(run)
      if (run.outcome === 'failed') {
        const repeated = await driver.commit({
          writes: [...requireLease(lease), { statement: repeatFailure, values, otherwise: 'state' }],
        })
        if (repeated.status === 'committed') return true
      }
      const { status } = await driver.commit({
        writes: [
          ...requireLease(lease),
          trim(run.name),
          { statement: insertRun, values, otherwise: 'state' },
          ...writeAudit(keys, audit),
        ],
      })
      return status === 'committed'
    },
    async abandon({ uuid, name }, summary, now, audit = []) {
      const values = { uuid, name, summary, endedAt: fromDate(now) }
      const { status } = await driver.commit({
        writes: [{ statement: abandonRun, values, otherwise: 'state' }, ...writeAudit(keys, audit)],
      })
      return status === 'committed'
    },
    async run(uuid) {
      const row = await driver.first(findRun, { uuid })
      return row === undefined ? undefined : toRun(row)
    },
    async runs(name, { before, limit }) {
      const rows = await driver.report((db) => {
        const query = db.selectFrom('job_run').selectAll().where('name', '=', name).orderBy('id', 'desc')
        return (before === undefined ? query : query.where('id', '<', before)).limit(limit + 1)
      })
      const page = rows.slice(0, limit)
      return { runs: page.map(toRun), next: rows.length > limit ? page.at(-1)?.id : undefined }
    },
    async newestRuns() {
      const rows = await driver.report((db) =>
        db
          .selectFrom('job_run')
          .selectAll()
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('job_run')
              .groupBy('name')
              .select(({ fn }) => fn.max('id').as('id')),
          ),
      )
      return rows.map(toRun)
    },
  }
}

function valuesOf({ uuid, name, startedAt, endedAt, outcome, summary }: EndedRun) {
  return { uuid, name, startedAt: fromDate(startedAt), endedAt: fromDate(endedAt), outcome, summary }
}

function toRun(row: Selectable<JobRunTable>): JobRun {
  const { uuid, name, trigger, outcome, summary, times } = row
  return {
    uuid,
    name,
    trigger,
    requestedBy: row.requested_by,
    requestedAt: time(row.requested_at),
    startedAt: time(row.started_at),
    endedAt: time(row.ended_at),
    outcome,
    summary,
    times,
  }
}

function time(column: number | null): Date | null {
  return column === null ? null : toDate(column)
}
