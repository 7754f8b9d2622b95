import { type TProperties, Type } from 'typebox'
import { nullable } from './field.ts'

/** From where, and how much at a time, a SCEP profile is used. */
export const ACCESS_FIELDS = {
  /** `10.0.0.0/8`; empty: from anywhere. */
  allowedNetworks: Type.Array(Type.String({ maxLength: 64, rule: 'must be a network such as 10.0.0.0/8' }), {
    maxItems: 100,
    rule: 'must be a list of at most 100 networks, such as 10.0.0.0/8',
  }),
  /** Messages of one source in a minute; null: as many as it likes. */
  requestsPerMinute: nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 }), {
    rule: 'must be a whole number from 1 to 1000000, or null for no limit',
  }),
  /** Messages that one process works on at a time; null: no limit of the profile's own. */
  concurrentRequests: nullable(Type.Integer({ minimum: 1, maximum: 512 }), {
    rule: 'must be a whole number from 1 to 512, or null for no limit of its own',
  }),
} satisfies TProperties
