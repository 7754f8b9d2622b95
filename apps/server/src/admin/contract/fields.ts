import type { JsonSchema, OpenApiDocument } from '@chancery/api'
import { nameIn, resolve } from './example.ts'
import { breakable, escaped, prose } from './html.ts'

type Schemas = OpenApiDocument['components']['schemas']

/** The fields of an object, or one line about what is no object. */
export function schemaBlock(schema: JsonSchema, schemas: Schemas): string {
  const { properties, required = [], description } = resolve(schema, schemas)
  if (properties === undefined) return `<p>${typeOf(schema)}${sentence(description)}</p>`
  return fieldList(
    Object.entries(properties).map(([name, field]) => ({ name, schema: field, required: required.includes(name) })),
  )
}

export interface Field {
  readonly name: string
  readonly schema: JsonSchema
  readonly required: boolean
  readonly description?: string
}

export function fieldList(fields: readonly Field[]): string {
  if (fields.length === 0) return '<p>No fields.</p>'
  return `<dl>${fields.map(fieldRow).join('')}</dl>`
}

function fieldRow({ name, schema, required, description }: Field): string {
  const must = required ? ' <span class="must">required</span>' : ''
  const secret = schema.writeOnly === true ? ' <span class="must">never answered</span>' : ''
  const rule = description ?? schema.description
  const says = `${typeOf(schema)}${saysTheType(rule, schema) ? '' : sentence(rule)}`
  return `<div><dt><code>${breakable(name)}</code>${must}${secret}</dt><dd>${says}</dd>${within(schema)}</div>`
}

/** The fields of an object that has no name of its own, or of the entries of such a list. */
function within(schema: JsonSchema): string {
  const { properties } = schema.properties === undefined ? (schema.items ?? {}) : schema
  return properties === undefined ? '' : `<div class="within">${schemaBlock(schema.items ?? schema, {})}</div>`
}

/** Rules that say no more than the type does. */
function saysTheType(rule: string | undefined, { enum: values }: JsonSchema): boolean {
  const same = ['Must be true or false.', 'Must be an object.', `Must be one of ${values?.join(', ')}.`]
  return rule !== undefined && same.includes(rule)
}

function sentence(text: string | undefined): string {
  return text === undefined ? '' : ` ${prose(text)}`
}

/** In words: `text or null`, `list of ScepProfile`. */
export function typeOf(schema: JsonSchema): string {
  const name = nameIn(schema)
  if (name !== undefined) return `<a href="#schema-${escaped(name)}">${escaped(name)}</a>`
  const { anyOf, type, items, enum: values } = schema
  if (values !== undefined)
    return `<span class="type">${values.map((value) => `<code>${escaped(String(value))}</code>`).join(', ')}</span>`
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ')
  const words = [type ?? 'anything']
    .flat()
    .map((one) => (one === 'array' ? `list of ${typeOf(items ?? {})}` : (WORDS[one] ?? one)))
  return `<span class="type">${words.join(' or ')}</span>`
}

const WORDS: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number', boolean: 'true or false' }
