import { sql } from 'kysely'
import { databaseTime } from '../lease-store.ts'
import { insertRow, slot, statement } from '../statement.ts'

export const openRuns = statement((db) =>
  db
    .selectFrom('job_run as r')
    .leftJoin('job_lease as l', 'l.name', 'r.name')
    .where('r.ended_at', 'is', null)
    .orderBy('r.id')
    .select(['r.uuid', 'r.name', 'r.started_at'])
    .select(sql<number>`case when l.expires_at > ${databaseTime(db)} then 1 else 0 end`.as('held')),
)

export const insertRequest = statement((db) =>
  insertRow(db, 'job_run', {
    uuid: slot('uuid'),
    name: slot('name'),
    trigger: 'request',
    requested_by: slot('by'),
    requested_at: slot('at'),
    started_at: null,
    ended_at: null,
    outcome: null,
    summary: null,
    times: 1,
  }),
)

export const insertRun = statement((db) =>
  insertRow(db, 'job_run', {
    uuid: slot('uuid'),
    name: slot('name'),
    trigger: 'rhythm',
    requested_by: null,
    requested_at: null,
    started_at: slot('startedAt'),
    ended_at: slot('endedAt'),
    outcome: slot('outcome'),
    summary: slot('summary'),
    times: 1,
  }),
)

export const findWaiting = statement((db) =>
  db.selectFrom('job_run').select('uuid').where('name', '=', slot<string>('name')).where('started_at', 'is', null),
)

export const findRun = statement((db) => db.selectFrom('job_run').selectAll().where('uuid', '=', slot<string>('uuid')))

export const startRun = statement((db) =>
  db
    .updateTable('job_run')
    .set({ started_at: slot<number>('now') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('started_at', 'is', null),
)

export const endRun = statement((db) =>
  db
    .updateTable('job_run')
    .set({
      ended_at: slot<number>('endedAt'),
      outcome: slot<'done' | 'failed'>('outcome'),
      summary: slot<string>('summary'),
    })
    .where('uuid', '=', slot<string>('uuid'))
    .where('ended_at', 'is', null),
)

/** Nobody holds the lease, so nobody runs it. */
export const abandonRun = statement((db) =>
  db
    .updateTable('job_run')
    .set({ ended_at: slot<number>('endedAt'), outcome: 'failed', summary: slot<string>('summary') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('ended_at', 'is', null)
    .where('started_at', 'is not', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('job_lease')
            .select('name')
            .where('name', '=', slot<string>('name'))
            .where('expires_at', '>', databaseTime(db)),
        ),
      ),
    ),
)

/** Only right behind one that failed for the same reason. */
export const repeatFailure = statement((db) =>
  db
    .updateTable('job_run')
    .set((eb) => ({ times: eb('times', '+', 1), ended_at: slot<number>('endedAt') }))
    .where('id', '=', (eb) =>
      eb
        .selectFrom('job_run')
        .select('id')
        .where('name', '=', slot<string>('name'))
        .where('ended_at', 'is not', null)
        .orderBy('id', 'desc')
        .limit(1),
    )
    .where('trigger', '=', 'rhythm')
    .where('outcome', '=', 'failed')
    .where('summary', '=', slot<string>('summary')),
)

export const trimRuns = statement((db) =>
  db
    .deleteFrom('job_run')
    .where('name', '=', slot<string>('name'))
    .where('ended_at', 'is not', null)
    .where('id', '<=', (eb) =>
      eb
        .selectFrom('job_run')
        .select('id')
        .where('name', '=', slot<string>('name'))
        .orderBy('id', 'desc')
        .limit(1)
        .offset(slot<number>('before')),
    ),
)
