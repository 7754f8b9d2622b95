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
  return `<div><dt><code>${breakable(name)}</code>${must}${secret}</dt><dd>${typeOf(schema)}${sentence(beyondType(description ?? schema.description))}</dd></div>`
}

/** Rules that say no more than the type does. */
function beyondType(rule: string | undefined): string | undefined {
  return rule === 'Must be true or false.' || rule === 'Must be an object.' ? undefined : rule
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
