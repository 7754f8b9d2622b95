import { sql } from 'kysely'
import { compilers, slot, statement } from '../statement.ts'
import { textsOf } from './list-of.ts'

/** The two databases take a list of rows apart in different words. */
export const insertNotices = statement((db) => {
  const columns = sql`insert into outbox (uuid, channel_uuid, event, payload, state, attempts, due_at, created_at)`
  const insert =
    db === compilers.postgres
      ? sql`${columns} select uuid, channel, event, payload, 'waiting', 0, due, created
          from jsonb_to_recordset(cast(${slot('rows')} as jsonb))
          as fresh (uuid text, channel text, event text, payload text, due bigint, created bigint)`
      : sql`${columns} select value ->> 'uuid', value ->> 'channel', value ->> 'event', value ->> 'payload', 'waiting', 0,
          value ->> 'due', value ->> 'created' from json_each(${slot('rows')})`
  return { compile: () => insert.compile(db) }
})

/** One index access a channel. */
export const anyDue = statement((db) =>
  db
    .selectFrom('notice_channel as c')
    .select('c.uuid')
    .where('c.enabled', '=', 1)
    .where('c.deleted_at', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('outbox as o')
          .select('o.id')
          .whereRef('o.channel_uuid', '=', 'c.uuid')
          .where('o.state', '=', sql.lit('waiting'))
          .where((or) =>
            or.or([or('o.due_at', '<=', slot<number>('now')), or('o.due_at', '>', slot<number>('ahead'))]),
          ),
      ),
    )
    .limit(1),
)

export const dueOfChannel = statement((db) =>
  db
    .selectFrom('outbox')
    .selectAll()
    .where('channel_uuid', '=', slot<string>('channel'))
    .where('state', '=', sql.lit('waiting'))
    .where((eb) => eb.or([eb('due_at', '<=', slot<number>('now')), eb('due_at', '>', slot<number>('ahead'))]))
    .orderBy('due_at')
    .orderBy('id')
    .limit(slot<number>('limit')),
)

export const takeNotices = statement((db) =>
  db
    .updateTable('outbox')
    .set((eb) => ({ due_at: slot<number>('until'), attempts: eb('attempts', '+', 1) }))
    .where('state', '=', 'waiting')
    .where('uuid', 'in', textsOf(db, 'uuids')),
)

export const takenNotices = statement((db) =>
  db
    .selectFrom('outbox')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('due_at', '=', slot<number>('until'))
    .where('uuid', 'in', textsOf(db, 'uuids'))
    .orderBy('id'),
)

export const settleNotices = statement((db) =>
  db
    .updateTable('outbox')
    .set({
      state: slot<'waiting'>('state'),
      due_at: slot<number>('due'),
      delivered_at: slot<number>('delivered'),
      trouble: slot<string>('trouble'),
    })
    .where('state', '=', 'waiting')
    .where('due_at', '=', slot<number>('until'))
    .where('uuid', 'in', textsOf(db, 'uuids')),
)

export const findNotice = statement((db) =>
  db.selectFrom('outbox').selectAll().where('uuid', '=', slot<string>('uuid')),
)

export const retryNotice = statement((db) =>
  db
    .updateTable('outbox')
    .set({ state: 'waiting', attempts: 0, due_at: slot<number>('now') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('state', '=', 'dead')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('notice_channel as c')
          .select('c.id')
          .whereRef('c.uuid', '=', 'outbox.channel_uuid')
          .where('c.deleted_at', 'is', null),
      ),
    ),
)

export const deleteNotice = statement((db) => db.deleteFrom('outbox').where('uuid', '=', slot<string>('uuid')))

export const pruneNotices = statement((db) =>
  db.deleteFrom('outbox').where('state', '=', slot<'delivered'>('state')).where('uuid', 'in', textsOf(db, 'uuids')),
)
