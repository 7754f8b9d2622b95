import { type Static, Type } from 'typebox'

/** 422: every fault of the body, one sentence each. */
export const Faults = Type.Array(Type.String())
export type Faults = Static<typeof Faults>

/** 400, 401, 403, 404, 409, 413, 415, 500, 503: one sentence. */
export const Refusal = Type.Object({ message: Type.String() })
export type Refusal = Static<typeof Refusal>
