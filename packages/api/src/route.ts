import { type Static, type TArray, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import type { Permission } from './permission.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** An object, or a list such as the UUIDs that a call is about. */
export type Body = TObject | TArray

/** One route of the administration, as both sides see it: the server serves it, page and command line call it. */
interface RouteShape<
  Params extends TProperties = TProperties,
  Query extends TProperties = TProperties,
  Sent extends Body = Body,
  Answer extends TSchema = TSchema,
> {
  readonly method: Method
  /** Below `/api`, with `:name` for parameters. */
  readonly path: string
  /** Older addresses of the same, which scripts still use. */
  readonly alsoAt?: readonly string[]
  /** One line for the documentation. */
  readonly summary: string
  readonly params: TObject<Params>
  readonly query: TObject<Query>
  /** Undefined: the route takes no body. */
  readonly body: Sent | undefined
  readonly answer: {
    /** 202: it is asked for, and will be done. 302: a browser goes on elsewhere. */
    readonly status: 200 | 201 | 202 | 204 | 302
    /** `none`: there is nothing to say; `file`: a `FileAnswer` of one of the media types. */
    readonly type: 'application/json' | 'text/plain' | 'none' | 'file'
    readonly mediaTypes?: readonly string[]
    readonly schema: Answer
  }
}

/** A route that needs a right. */
export interface Route<
  Params extends TProperties = TProperties,
  Query extends TProperties = TProperties,
  Sent extends Body = Body,
  Answer extends TSchema = TSchema,
> extends RouteShape<Params, Query, Sent, Answer> {
  readonly permission: Permission
  /** Its handler keeps to the profiles that the caller's grants reach; without it, a grant for some profiles opens nothing here. */
  readonly scoped?: true
}

/** A route that needs none: `open`, nobody has to be known; `signed-in`, whoever is known, whatever their rights. */
export interface FreeRoute<
  Access extends 'open' | 'signed-in' = 'open' | 'signed-in',
  Params extends TProperties = TProperties,
  Query extends TProperties = TProperties,
  Sent extends Body = Body,
  Answer extends TSchema = TSchema,
> extends RouteShape<Params, Query, Sent, Answer> {
  readonly access: Access
}

export type AnyRoute<
  Params extends TProperties = TProperties,
  Query extends TProperties = TProperties,
  Sent extends Body = Body,
  Answer extends TSchema = TSchema,
> = Route<Params, Query, Sent, Answer> | FreeRoute<'open' | 'signed-in', Params, Query, Sent, Answer>

/** 204: it is done, and there is nothing to say. */
export const NO_CONTENT = { status: 204, type: 'none', schema: Type.Null() } as const

/** Octets to be saved. What comes piece by piece is read no faster than it is taken, and no further once nobody takes it. */
export interface FileAnswer {
  readonly mediaType: string
  readonly fileName: string
  readonly content: Uint8Array | string | AsyncIterable<Uint8Array | string>
}

export const fileAnswer = (...mediaTypes: readonly string[]) =>
  ({
    status: 200,
    type: 'file',
    mediaTypes,
    schema: Type.Unsafe<FileAnswer>(Type.String({ format: 'binary' })),
  }) as const

/** What a dry run of a change answers, with 200, where the change itself has nothing to say. */
export const Consequences = Type.Object({
  /** What it would mean for clients that are running, one sentence each. */
  consequences: Type.Array(Type.String()),
})
export type Consequences = Static<typeof Consequences>

/** 204, or 200 with the consequences of a dry run. */
export const NO_CONTENT_UNLESS_DRY = {
  status: 204,
  type: 'none',
  schema: Type.Union([Type.Null(), Consequences]),
} as const

// biome-ignore lint/suspicious/noExplicitAny: stands for every body, also for one that a route does not take
type Any = any

export type ParamsOf<R> = R extends RouteShape<infer P, TProperties, Any, TSchema> ? Static<TObject<P>> : never
export type QueryOf<R> = R extends RouteShape<TProperties, infer Q, Any, TSchema> ? Static<TObject<Q>> : never
export type BodyOf<R> = R extends RouteShape<TProperties, TProperties, infer B, TSchema> ? Static<B> : never
export type AnswerOf<R> = R extends RouteShape<TProperties, TProperties, Any, infer A> ? Static<A> : never

/** The right that a route needs; undefined: none. */
export function rightOf(route: AnyRoute): Permission | undefined {
  return 'permission' in route ? route.permission : undefined
}

/** Writes a route down with its types. */
export function route<P extends TProperties, Q extends TProperties, B extends Body, A extends TSchema>(
  definition: Route<P, Q, B, A>,
): Route<P, Q, B, A> {
  return definition
}

/** Writes a route down that needs no right. */
export function freeRoute<
  F extends 'open' | 'signed-in',
  P extends TProperties,
  Q extends TProperties,
  B extends Body,
  A extends TSchema,
>(definition: FreeRoute<F, P, Q, B, A>): FreeRoute<F, P, Q, B, A> {
  return definition
}
