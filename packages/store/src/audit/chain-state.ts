import { statement } from '../statement.ts'

export const newestSegment = statement((db) =>
  db.selectFrom('audit_segment').selectAll().orderBy('number', 'desc').limit(1),
)

export const findCheckpoint = statement((db) => db.selectFrom('audit_checkpoint').selectAll())

/** Of all numbers that were given. */
export const highestSeq = statement((db) =>
  db.selectFrom('audit_event').select('seq').where('seq', 'is not', null).orderBy('seq', 'desc').limit(1),
)
