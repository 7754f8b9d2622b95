import type { TSchema } from 'typebox'
import { Faults, Refusal } from '../answer.ts'
import type { AnyRoute } from '../route.ts'
import { type Contract, routesOf, schemasOf } from '../routes.ts'
import { inlineSchema, type JsonSchema, type NameOf } from './json-schema.ts'
import { NOUNS } from './noun.ts'
import { type Operation, operationOf, type Response } from './operation.ts'
import { REFUSALS } from './refusals.ts'

export type PathItem = Readonly<Partial<Record<'get' | 'post' | 'put' | 'patch' | 'delete', Operation>>>

export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly [{ readonly url: string }]
  readonly security: Operation['security']
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, unknown>>
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, Response>>
  }
}

export interface DocumentOptions {
  readonly version: string
  /** What the paths are below, such as `/api`. */
  readonly serverUrl: string
}

/** OpenAPI 3.1, made from the routes and schemas that the server validates with; pure, so that every caller gets the same. */
export function openApiDocument(contract: Contract, { version, serverUrl }: DocumentOptions): OpenApiDocument {
  const schemas = { ...schemasOf(contract), Faults, Refusal }
  const nameOf = namesOf(schemas)
  const paths = pathsOf(routesOf(contract), nameOf)
  const spoken = new Set(Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ tags }) => tags)))
  return {
    openapi: '3.1.1',
    info: { title: 'Chancery', version, description: DESCRIPTION },
    servers: [{ url: serverUrl }],
    security: [{ bearer: [] }, { session: [] }],
    tags: Object.values(NOUNS)
      .filter(({ title }) => spoken.has(title))
      .map(({ title, description }) => ({ name: title, description })),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: mapEntries(schemas, (schema) =>
        inlineSchema(schema, (one) => (one === schema ? undefined : nameOf(one))),
      ),
      responses: refusalResponses(),
    },
  }
}

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API token.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-chancery',
    description: 'A person who is signed in. What changes something must come from a page of the server itself.',
  },
} as const

const DESCRIPTION = [
  'Administration of a SCEP server (RFC 8894): authorities, RA profiles, SCEP profiles, challenges and certificates.',
  'A call carries an API token, `Authorization: Bearer …`, or the cookie of somebody who is signed in. Bodies are JSON; a field that is not known is refused.',
  'What is wrong with a call is answered with 422 and all faults at once, as a list of sentences; every other refusal is `{"message": "…"}`.',
].join('\n\n')

/** By identity; an optional field is a copy of its schema, so objects are recognised by what they say, too. */
function namesOf(schemas: Readonly<Record<string, TSchema>>): NameOf {
  const byIdentity = new Map(Object.entries(schemas).map(([name, schema]) => [schema, name]))
  const byText = new Map(Object.entries(schemas).map(([name, schema]) => [JSON.stringify(schema), name]))
  return (schema) => byIdentity.get(schema) ?? ('properties' in schema ? byText.get(JSON.stringify(schema)) : undefined)
}

function pathsOf(routes: Readonly<Record<string, AnyRoute>>, nameOf: NameOf): Record<string, PathItem> {
  const paths: Record<string, Record<string, Operation>> = {}
  const add = (path: string, { method }: AnyRoute, operation: Operation) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  for (const [name, route] of Object.entries(routes)) {
    const path = templateOf(route.path)
    add(path, route, operationOf(name, route, nameOf))
    for (const [index, older] of (route.alsoAt ?? []).entries()) {
      add(templateOf(older), route, operationOf(`${name}AtOlderPath${index + 1}`, route, nameOf, path))
    }
  }
  return paths
}

function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

function refusalResponses(): Record<string, Response> {
  const responses = Object.entries(REFUSALS).map(([status, { name, description }]): [string, Response] => {
    const schema = status === '422' ? 'Faults' : 'Refusal'
    return [
      name,
      { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } },
    ]
  })
  return Object.fromEntries(responses)
}

function mapEntries<From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))
}
