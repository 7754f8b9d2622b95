import { sql } from 'kysely'
import { slot, statement } from '../statement.ts'

export const listSettings = statement((db) => db.selectFrom('job_setting').selectAll())

/** SQLite needs the WHERE to tell this ON from that of a join. */
export const saveSetting = statement((db) => {
  const upsert = sql`insert into job_setting (name, enabled, cron, time_zone, cron_followed_to)
    select ${slot('name')}, ${slot('enabled')}, ${slot('cron')}, ${slot('timeZone')}, ${slot('followedTo')} where true
    on conflict (name) do update set enabled = excluded.enabled, cron = excluded.cron, time_zone = excluded.time_zone,
    cron_followed_to = excluded.cron_followed_to`
  return { compile: () => upsert.compile(db) }
})

export const followTo = statement((db) =>
  db
    .updateTable('job_setting')
    .set({ cron_followed_to: slot<number>('to') })
    .where('name', '=', slot<string>('name'))
    .where('cron', '=', slot<string>('cron'))
    .where('cron_followed_to', '=', slot<number>('seen')),
)
