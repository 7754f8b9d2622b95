import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { onBothDatabases } from '../../../../../tests/store.ts'
import type { Driver } from '../../driver.ts'
import type { Store } from '../../open-store.ts'
import { statement } from '../../statement.ts'
import { execute, sampleEvent, sampleEvents } from '../../testing/audit.ts'
import { NOW } from '../../testing/sample.ts'
import type { AuditHead } from '../head.ts'

const HOUR = 3_600_000
const TABLES = ['audit_event', 'audit_segment', 'audit_checkpoint']
const thirteenth = statement((db) => db.selectFrom('audit_event').selectAll().where('seq', '=', 13))

/** In SQL, for every column of a row: something else. */
const CHANGES = {
  id: 'id + 1000',
  uuid: `'00000000-0000-7000-8000-000000000000'`,
  at: 'at + 1',
  actor_kind: `'user'`,
  actor: `'somebody else'`,
  role: `'administrator'`,
  source: 'null',
  action: `'scepProfile.delete'`,
  object_kind: `'raProfile'`,
  object_uuid: 'null',
  object_name: `'other'`,
  outcome: `'refused'`,
  correlation_id: 'null',
  detail: `'{"before":{"enabled":true},"after":{"enabled":true}}'`,
  mac: '(select mac from audit_event where seq = 14)',
  seq: 'null',
}

const COPY = `uuid, at, actor_kind, actor, role, source, action, object_kind, object_uuid, object_name, outcome, correlation_id, detail, mac`
const copyOf = (seq: number, as: string) =>
  `insert into audit_event (${COPY}, seq) select '00000000-0000-7000-8000-000000000000', ${COPY.slice(6)}, ${as} from audit_event where seq = ${seq}`
const swapped = (one: number, other: number) => [
  `update audit_event set seq = 9999 where seq = ${one}`,
  `update audit_event set seq = ${one} where seq = ${other}`,
  `update audit_event set seq = ${other} where seq = 9999`,
]

/** What somebody may do who has the database, and where verification finds it. Five segments of eight events, three without. */
const TAMPERING: readonly (readonly [what: string, sql: readonly string[], found: readonly object[]])[] = [
  [
    'an event removed from the middle',
    ['delete from audit_event where seq = 13'],
    [{ kind: 'events-missing', seq: 13, lastSeq: 13 }],
  ],
  [
    'several events removed',
    ['delete from audit_event where seq between 14 and 19'],
    [
      { kind: 'events-missing', seq: 14, lastSeq: 16 },
      { kind: 'events-missing', seq: 17, lastSeq: 19 },
    ],
  ],
  [
    'the first event removed',
    ['delete from audit_event where seq = 1'],
    [{ kind: 'events-missing', seq: 1, lastSeq: 1 }],
  ],
  [
    'the newest chained event removed',
    ['delete from audit_event where seq = 40'],
    [{ kind: 'events-missing', seq: 40, lastSeq: 40 }],
  ],
  [
    'an event removed and the others moved up',
    [
      'delete from audit_event where seq = 40',
      'update audit_event set seq = 40 where id = (select min(id) from audit_event where seq is null)',
    ],
    [{ kind: 'order-changed', segment: 5 }],
  ],
  [
    'an event inserted as a copy, without a number',
    [copyOf(13, 'null')],
    [{ kind: 'event-changed', uuid: '00000000-0000-7000-8000-000000000000' }],
  ],
  [
    'an event inserted as a copy, under the next number',
    [copyOf(13, '41')],
    [
      { kind: 'events-unsealed', seq: 41, lastSeq: 41 },
      { kind: 'event-changed', seq: 41 },
    ],
  ],
  [
    'a genuine event numbered that no segment has',
    ['update audit_event set seq = 41 where id = (select min(id) from audit_event where seq is null)'],
    [{ kind: 'events-unsealed', seq: 41, lastSeq: 41 }],
  ],
  [
    'an event inserted under a number that is taken',
    ['drop index audit_event_seq', copyOf(13, '13')],
    [
      { kind: 'event-changed', seq: 13 },
      { kind: 'number-twice', seq: 13 },
    ],
  ],
  [
    'two events of one segment that changed places',
    swapped(10, 13),
    [{ kind: 'order-changed', segment: 2, seq: 9, lastSeq: 16 }],
  ],
  [
    'two events of two segments that changed places',
    swapped(10, 23),
    [
      { kind: 'order-changed', segment: 2 },
      { kind: 'order-changed', segment: 3 },
    ],
  ],
  [
    'a number changed',
    ['update audit_event set seq = 9999 where seq = 13'],
    [{ kind: 'events-missing', seq: 13, lastSeq: 13 }],
  ],
  [
    'an event without a number changed',
    [`update audit_event set actor = 'x' where seq is null`],
    [{ kind: 'event-changed' }],
  ],
  [
    'the head of a segment changed',
    ['update audit_segment set head = previous_head where number = 2'],
    [{ kind: 'segment-changed', segment: 2 }],
  ],
  [
    'the beginning of a segment changed',
    ['update audit_segment set previous_head = head where number = 2'],
    [{ kind: 'segment-changed', segment: 2 }],
  ],
  [
    'the range of a segment changed',
    ['update audit_segment set last_seq = last_seq - 1 where number = 2'],
    [{ kind: 'segment-changed', segment: 2 }],
  ],
  [
    'the time of a segment changed',
    ['update audit_segment set made_at = made_at + 1 where number = 2'],
    [{ kind: 'segment-changed', segment: 2 }],
  ],
  [
    'the number of a segment changed',
    ['update audit_segment set number = 9 where number = 5'],
    [
      { kind: 'segments-missing', segment: 5 },
      { kind: 'segment-changed', segment: 9 },
    ],
  ],
  ['a segment removed', ['delete from audit_segment where number = 2'], [{ kind: 'segments-missing', segment: 2 }]],
  [
    'the newest segment removed',
    ['delete from audit_segment where number = 5'],
    [{ kind: 'events-unsealed', seq: 33, lastSeq: 40 }],
  ],
  [
    'a segment removed with its events',
    ['delete from audit_segment where number = 2', 'delete from audit_event where seq between 9 and 16'],
    [
      { kind: 'segments-missing', segment: 2 },
      { kind: 'events-missing', seq: 9, lastSeq: 16 },
    ],
  ],
  [
    'the first segment removed with its events',
    ['delete from audit_segment where number = 1', 'delete from audit_event where seq < 9'],
    [
      { kind: 'segments-missing', segment: 1 },
      { kind: 'events-missing', seq: 1, lastSeq: 8 },
    ],
  ],
  [
    'a segment and an event changed',
    [`update audit_segment set mac = head where number = 2`, `update audit_event set actor = 'x' where seq = 12`],
    [
      { kind: 'segment-changed', segment: 2 },
      { kind: 'event-changed', seq: 12 },
    ],
  ],
  [
    'a segment changed and two events swapped',
    [`update audit_segment set mac = head where number = 2`, ...swapped(10, 11)],
    [
      { kind: 'segment-changed', segment: 2 },
      { kind: 'order-changed', seq: 9, lastSeq: 16 },
    ],
  ],
  [
    'a checkpoint forged',
    [
      'delete from audit_segment where number = 1',
      'delete from audit_event where seq < 9',
      'insert into audit_checkpoint (id, segment, last_seq, head, made_at, mac) select 1, 1, 8, previous_head, made_at, mac from audit_segment where number = 2',
    ],
    [{ kind: 'checkpoint-changed', seq: 8 }],
  ],
]

onBothDatabases((database) => {
  let store: Store
  let driver: Driver
  const heads: AuditHead[] = []
  beforeAll(async () => {
    const fresh = await database.fresh()
    store = fresh.store
    driver = await database.driver(fresh.options)
    for (let hour = 0; hour < 5; hour++) {
      await store.audit.record(sampleEvents(8))
      const chained = await store.audit.chain(new Date(NOW.getTime() + hour * HOUR))
      if (chained !== undefined) heads.push({ seq: chained.seq, head: chained.head })
    }
    await store.audit.record(sampleEvents(3))
    for (const table of TABLES) await execute(driver, `create table kept_${table} as select * from ${table}`)
  })
  afterEach(async () => {
    for (const table of TABLES) {
      await execute(driver, `delete from ${table}`)
      await execute(driver, `insert into ${table} select * from kept_${table}`)
    }
    await execute(
      driver,
      'create unique index if not exists audit_event_seq on audit_event (seq) where seq is not null',
    )
  })

  test('a log that nobody touched verifies, with every head that was kept, and tells what is in no chain yet', async () => {
    expect(await store.audit.verify(heads)).toEqual({
      events: 40,
      checkpoint: undefined,
      head: heads.at(-1),
      heads: { compared: 5, tooOld: 0 },
      unchained: { count: 3, oldestAt: NOW },
      problems: [],
      problemCount: 0,
    })
  })

  test.each(TAMPERING)('%s is found', async (_, sql, found) => {
    for (const one of sql) await execute(driver, one)
    const { problems } = await store.audit.verify()
    expect(problems).toEqual(expect.arrayContaining(found.map((problem) => expect.objectContaining(problem))))
  })

  describe.each(Object.entries(CHANGES))('column %s of an event', (column, value) => {
    test('is vouched for', async () => {
      await execute(driver, `update audit_event set ${column} = ${value} where seq = 13`)
      const { problems, problemCount } = await store.audit.verify()
      expect(problemCount).toBeGreaterThan(0)
      expect([13, 9]).toContain(problems[0]?.seq)
    })
  })

  test('and there is no other column', async () => {
    expect(Object.keys(CHANGES).sort()).toEqual(Object.keys((await driver.first(thirteenth, {})) ?? {}).sort())
  })

  describe('newest events that were removed with their segments', () => {
    const REMOVAL = [
      'delete from audit_event where seq is null or seq > 32',
      'delete from audit_segment where number = 5',
    ]

    test('are missed by the head that was kept, and by no head before them', async () => {
      for (const one of REMOVAL) await execute(driver, one)
      const kept = (count: number) => heads.slice(0, count)
      expect((await store.audit.verify(kept(4))).problems).toEqual([])
      expect((await store.audit.verify(kept(5))).problems).toEqual([{ kind: 'head-beyond-end', seq: 40 }])
    })

    test('also when others were written since', async () => {
      for (const one of REMOVAL) await execute(driver, one)
      await store.audit.record(sampleEvents(9))
      await store.audit.chain(new Date(NOW.getTime() + 5 * HOUR))
      expect((await store.audit.verify()).problems).toEqual([])
      expect((await store.audit.verify(heads)).problems).toEqual([{ kind: 'head-differs', seq: 40 }])
    })
  })

  test('after tampering the log goes on, and what was done to it is still found', async () => {
    await execute(driver, 'delete from audit_segment where number = 5')
    await execute(driver, 'update audit_segment set head = previous_head where number = 4')
    await store.audit.chain(new Date(NOW.getTime() + 5 * HOUR))
    const { problems, events, unchained } = await store.audit.verify()
    expect(problems.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['segment-changed']))
    expect([events, unchained.count]).toEqual([43, 0])
  })

  test('a segment that was changed is not made good by the next batch', async () => {
    await execute(driver, 'update audit_segment set made_at = made_at + 1 where number = 5')
    await store.audit.chain(new Date(NOW.getTime() + 4 * HOUR))
    expect((await store.audit.verify()).problems).toMatchObject([{ kind: 'segment-changed', segment: 5 }])
  })

  test('a wholly spoiled log is told in its first hundred places', async () => {
    await store.audit.record(Array.from({ length: 150 }, () => sampleEvent()))
    await execute(driver, `update audit_event set outcome = 'failed'`)
    const { problems, problemCount } = await store.audit.verify()
    expect([problems.length, problemCount]).toEqual([100, 193])
  })
})
