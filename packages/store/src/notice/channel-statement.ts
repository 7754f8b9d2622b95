import { sql } from 'kysely'
import { insertRow, slot, statement } from '../statement.ts'

/** The name under which the job that fills the outbox keeps how far it has come. */
export const FILL_POSITION = 'fillOutbox'

export const listChannels = statement((db) =>
  db.selectFrom('notice_channel').selectAll().where('deleted_at', 'is', null).orderBy('name').orderBy('id'),
)

export const findChannel = statement((db) =>
  db.selectFrom('notice_channel').selectAll().where('uuid', '=', slot<string>('uuid')).where('deleted_at', 'is', null),
)

export const insertChannel = statement((db) =>
  insertRow(db, 'notice_channel', {
    uuid: slot('uuid'),
    name: slot('name'),
    kind: slot('kind'),
    enabled: slot('enabled'),
    events: slot('events'),
    ra_profiles: slot('raProfiles'),
    settings: slot('settings'),
    sealed_secret: slot('secret'),
    created_at: slot('createdAt'),
    deleted_at: null,
  }),
)

export const updateChannel = statement((db) =>
  db
    .updateTable('notice_channel')
    .set({
      name: slot<string>('name'),
      enabled: slot<number>('enabled'),
      events: slot<string>('events'),
      ra_profiles: slot<string>('raProfiles'),
      settings: slot<string>('settings'),
      sealed_secret: slot<Buffer>('secret'),
    })
    .where('uuid', '=', slot<string>('uuid'))
    .where('kind', '=', slot<'webhook' | 'email'>('kind'))
    .where('deleted_at', 'is', null),
)

/** The row stays, so that what was told is told to somebody with a name. */
export const deleteChannel = statement((db) =>
  db
    .updateTable('notice_channel')
    .set({ deleted_at: slot<number>('now'), enabled: 0, sealed_secret: null })
    .where('uuid', '=', slot<string>('uuid'))
    .where('deleted_at', 'is', null),
)

export const giveUpWaiting = statement((db) =>
  db
    .updateTable('outbox')
    .set({ state: 'dead', trouble: 'The channel was deleted.' })
    .where('channel_uuid', '=', slot<string>('uuid'))
    .where('state', '=', 'waiting'),
)

/** While no channel is enabled nobody goes through the audit log; who comes then begins at its end. */
export const skipWhatNobodyHeard = statement((db) => {
  const upsert = sql`insert into job_position (name, position)
    select ${FILL_POSITION}, coalesce((select max(seq) from audit_event where seq is not null), 0)
    where not exists (select 1 from notice_channel where enabled = 1 and deleted_at is null)
    on conflict (name) do update set position = excluded.position`
  return { compile: () => upsert.compile(db) }
})
