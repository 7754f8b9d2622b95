import type { Static, TObject, TProperties, TSchema } from 'typebox'

/** What a caller must be allowed to do; roles will be lists of these. */
export type Permission =
  | 'scepProfile.read'
  | 'scepProfile.update'
  | 'challenge.create'
  | 'certificate.read'
  | 'certificate.revoke'
  | 'approval.read'
  | 'approval.decide'
  | 'raProfile.read'
  | 'raProfile.update'
  | 'authority.read'
  | 'authority.update'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** One route of the administration, as both sides see it: the server serves it, page and command line call it. */
export interface Route<
  Params extends TProperties = TProperties,
  Query extends TProperties = TProperties,
  Body extends TProperties = TProperties,
  Answer extends TSchema = TSchema,
> {
  readonly method: Method
  /** Below `/api`, with `:name` for parameters. */
  readonly path: string
  readonly permission: Permission
  /** One line for the documentation. */
  readonly summary: string
  readonly params: TObject<Params>
  readonly query: TObject<Query>
  /** Undefined: the route takes no body. */
  readonly body: TObject<Body> | undefined
  readonly answer: {
    readonly status: 200 | 201
    readonly type: 'application/json' | 'text/plain'
    readonly schema: Answer
  }
}

export type ParamsOf<R> = R extends Route<infer P, TProperties, TProperties, TSchema> ? Static<TObject<P>> : never
export type QueryOf<R> = R extends Route<TProperties, infer Q, TProperties, TSchema> ? Static<TObject<Q>> : never
export type BodyOf<R> = R extends Route<TProperties, TProperties, infer B, TSchema> ? Static<TObject<B>> : never
export type AnswerOf<R> = R extends Route<TProperties, TProperties, TProperties, infer A> ? Static<A> : never

/** Writes a route down with its types. */
export function route<P extends TProperties, Q extends TProperties, B extends TProperties, A extends TSchema>(
  definition: Route<P, Q, B, A>,
): Route<P, Q, B, A> {
  return definition
}
