import { type TArray, type TObject, type TSchema, Type } from 'typebox'
import Value from 'typebox/value'
import type { Rule } from './field.ts'
import { textFaults } from './text-faults.ts'

/** Every fault of a body, one sentence each; empty when there is none. No value is repeated: it may be a secret. */
export function faultsOf(schema: TObject | TArray, value: unknown): string[] {
  if (Type.IsArray(schema)) return listFaults(schema, value, 'The body', '')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['The body must be a JSON object.']
  const given = value as Record<string, unknown>
  return objectFaults(schema, given)
}

interface ListSchema {
  readonly items: TSchema
  readonly minItems?: number
  readonly maxItems?: number
}

/**
 * Those of each item with its index, where the list itself is one; items of a single value are told all in one.
 * @param subject what the list is called in a sentence about it
 * @param path before the index of an item
 */
function listFaults(schema: TArray, value: unknown, subject: string, path: string): string[] {
  if (Value.Check(schema, value)) return textFaults(value, subject)
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY }: ListSchema = schema
  if (!Type.IsObject(items) || !Array.isArray(value) || value.length < minItems || value.length > maxItems) {
    return [`${subject} ${ruleOf(schema)}.`]
  }
  return value.flatMap((item: unknown, index) =>
    typeof item !== 'object' || item === null || Array.isArray(item)
      ? [`${path}[${index}] must be a JSON object.`]
      : objectFaults(items, item as Record<string, unknown>, `${path}[${index}].`),
  )
}

/** @param path before the name of a field, for one inside another: `renewal.` */
function objectFaults(schema: TObject, given: Record<string, unknown>, path = ''): string[] {
  return [...missing(schema, given, path), ...unknown(schema, given, path), ...wrong(schema, given, path)]
}

function missing(schema: TObject, given: Record<string, unknown>, path: string): string[] {
  const required = (schema as { required?: readonly string[] }).required ?? []
  return required.filter((name) => !Object.hasOwn(given, name)).map((name) => `${path}${name} is missing.`)
}

function unknown(schema: TObject, given: Record<string, unknown>, path: string): string[] {
  if ((schema as { readonly additionalProperties?: unknown }).additionalProperties === true) return []
  const known = Object.keys(schema.properties)
  const takes = known.length === 0 ? 'no field is known here' : `known are ${known.join(', ')}`
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(schema.properties, name))
    .map((name) => `${printable(`${path}${name}`)} is not a field of this: ${takes}.`)
}

function wrong(schema: TObject, given: Record<string, unknown>, path: string): string[] {
  return Object.entries(schema.properties)
    .filter(([name]) => Object.hasOwn(given, name))
    .flatMap(([name, field]) =>
      Value.Check(field, given[name])
        ? textFaults(given[name], `${path}${name}`)
        : faultsOfField(field, given[name], `${path}${name}`),
    )
}

/** An object of fields of its own tells the faults of each, also where null may stand in its place; so does a list of them. */
function faultsOfField(field: TSchema, value: unknown, name: string): string[] {
  if (Type.IsArray(field)) return listFaults(field, value, name, name)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const of = Type.IsUnion(field) ? field.anyOf.find(Type.IsObject) : field
  return of !== undefined && Type.IsObject(of) && isObject
    ? objectFaults(of, value as Record<string, unknown>, `${name}.`)
    : [`${name} ${ruleOf(field)}.`]
}

function ruleOf(field: TSchema): string {
  return (field as Partial<Rule>).rule ?? 'does not have the form expected here'
}

/** A name off the wire, fit for a sentence. */
function printable(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)
}
