import { type TObject, type TSchema, Type } from 'typebox'
import type { Permission } from '../permission.ts'
import { type AnyRoute, rightOf } from '../route.ts'
import { type JsonSchema, jsonSchema, type NameOf } from './json-schema.ts'
import { NOUNS, nounOf } from './noun.ts'
import { REFUSALS, refusalsOf } from './refusals.ts'

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

export interface Content {
  readonly [type: string]: { readonly schema: JsonSchema }
}

export interface Response {
  readonly $ref?: string
  readonly description?: string
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: Content
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  readonly deprecated?: true
  /** Any of them is enough; none: nobody has to be known. */
  readonly security: readonly Readonly<Record<string, readonly Permission[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Response>>
}

/** @param insteadOf the path to be used, when this is an older one of the same route */
export function operationOf(operationId: string, route: AnyRoute, nameOf: NameOf, insteadOf?: string): Operation {
  const parameters = [...parametersOf('path', route.params, nameOf), ...parametersOf('query', route.query, nameOf)]
  const needs = needsOf(route)
  return {
    operationId,
    summary: route.summary,
    description: insteadOf === undefined ? needs : `${needs} An older address of \`${insteadOf}\`.`,
    tags: [NOUNS[nounOf(route)].title],
    ...(insteadOf !== undefined && { deprecated: true }),
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body !== undefined && {
      requestBody: {
        required: required(route.body).length > 0,
        content: { 'application/json': { schema: jsonSchema(route.body, nameOf) } },
      },
    }),
    responses: { ...answersOf(route, nameOf), ...refusals(route) },
  }
}

function needsOf(route: AnyRoute): string {
  if ('access' in route && route.access === 'open') return 'Needs nobody to be known.'
  const right = rightOf(route)
  return right === undefined ? 'For everybody who is known.' : `Needs the right \`${right}\`.`
}

function securityOf(route: AnyRoute): Operation['security'] {
  if ('access' in route && route.access === 'open') return []
  const right = rightOf(route)
  const rights = right === undefined ? [] : [right]
  return [{ bearer: rights }, { session: rights }]
}

function parametersOf(place: Parameter['in'], { properties, ...object }: TObject, nameOf: NameOf): Parameter[] {
  return Object.entries(properties).map(([name, field]) => {
    const { description, ...schema } = jsonSchema(field, nameOf)
    return {
      name,
      in: place,
      required: place === 'path' || required(object).includes(name),
      ...(description !== undefined && { description }),
      schema,
    }
  })
}

function required(schema: object): readonly string[] {
  return (schema as { required?: readonly string[] }).required ?? []
}

function answersOf(
  { answer: { status, type, schema, mediaTypes = [] } }: AnyRoute,
  nameOf: NameOf,
): Record<string, Response> {
  const contentOf = (mediaType: string, said: TSchema) => ({ [mediaType]: { schema: jsonSchema(said, nameOf) } })
  const done: Response = {
    description: DONE[status],
    ...(WITH_LOCATION.has(status) && { headers: { location: LOCATION } }),
  }
  if (type === 'file') {
    const content = Object.assign({}, ...mediaTypes.map((mediaType) => contentOf(mediaType, schema))) as Content
    return { [status]: { ...done, headers: { 'content-disposition': FILE_NAME }, content } }
  }
  if (type !== 'none') return { [status]: { ...done, content: contentOf(type, schema) } }
  const said = saidByDryRun(schema)
  const dryRun = said && { 200: { description: DRY_RUN, content: contentOf('application/json', said) } }
  return { ...dryRun, [status]: done }
}

/** A route that has nothing to say, unless it only says what would happen. */
function saidByDryRun(schema: TSchema): TSchema | undefined {
  const members = (schema as { anyOf?: readonly TSchema[] }).anyOf ?? []
  return members.find((member) => Type.IsObject(member))
}

const DONE = {
  200: 'Done.',
  201: 'Created.',
  202: 'Asked for.',
  204: 'Done; there is nothing to say.',
  302: 'Go on there.',
} as const
const WITH_LOCATION: ReadonlySet<number> = new Set([201, 202, 302])
const DRY_RUN = 'A dry run: nothing was changed.'
const FILE_NAME = { description: 'The name to save it under.', schema: { type: 'string' } }
const LOCATION = { description: 'Where it can be read.', schema: { type: 'string' } }

function refusals(route: AnyRoute): Record<string, Response> {
  return Object.fromEntries(
    refusalsOf(route).map((status) => [status, { $ref: `#/components/responses/${REFUSALS[status].name}` }]),
  )
}
