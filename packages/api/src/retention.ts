import { type Static, Type } from 'typebox'
import { NOTHING, strictObject } from './field.ts'
import { route } from './route.ts'

const days = (minimum: number) =>
  Type.Integer({ minimum, maximum: 36_500, rule: `must be a whole number of days from ${minimum} to 36500` })

/** How long something that is not needed any more can still be read. */
export const Retention = strictObject({
  /** What was decided about SCEP requests. */
  decisionDays: days(1),
  /** Refusals of requests that nothing vouched for; their room is bounded too. */
  refusalDays: days(1),
  /** Transactions that are over; one whose certificate is valid is never over. */
  transactionDays: days(1),
  /** Runs of jobs. */
  jobRunDays: days(1),
  auditDays: days(30),
})
export type Retention = Static<typeof Retention>

export const getRetention = route({
  method: 'GET',
  path: '/v1/settings/retention',
  permission: 'setting.read',
  summary: 'How many days records are kept',
  params: NOTHING,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: Retention },
})

export const updateRetention = route({
  method: 'PUT',
  path: '/v1/settings/retention',
  permission: 'setting.update',
  summary: 'Sets how many days records are kept; what is older is removed by a job, for good',
  params: NOTHING,
  query: NOTHING,
  body: Retention,
  answer: { status: 200, type: 'application/json', schema: Retention },
})
