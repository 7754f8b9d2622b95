import { type TSchema, Type } from 'typebox'
import type { AnyRoute } from './route.ts'

/** What this package exports, as `import * as contract` gives it: the names of its exports are those of the document. */
export type Contract = Readonly<Record<string, unknown>>

/** Every route by the name of its export, so that none has to be listed a second time. */
export function routesOf(contract: Contract): Readonly<Record<string, AnyRoute>> {
  return Object.fromEntries(Object.entries(contract).filter((entry): entry is [string, AnyRoute] => isRoute(entry[1])))
}

/** The schemas that have a name; the others stand where they are used. */
export function schemasOf(contract: Contract): Readonly<Record<string, TSchema>> {
  return Object.fromEntries(
    Object.entries(contract).filter((entry): entry is [string, TSchema] => Type.IsObject(entry[1])),
  )
}

function isRoute(value: unknown): value is AnyRoute {
  if (typeof value !== 'object' || value === null) return false
  return ROUTE_FIELDS.every((field) => Object.hasOwn(value, field)) && ('permission' in value || 'access' in value)
}

const ROUTE_FIELDS = ['method', 'path', 'summary', 'params', 'query', 'answer']
