import type { TSchema } from 'typebox'

/** A schema of OpenAPI 3.1: JSON Schema 2020-12. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly [keyword: string]: unknown
}

/** Names under `components/schemas`. */
export type NameOf = (schema: TSchema) => string | undefined

/** The schema that validates, as a document says it: by reference where it has a name, and its rule in words. */
export function jsonSchema(schema: TSchema, nameOf: NameOf): JsonSchema {
  const name = nameOf(schema)
  return name === undefined ? inlineSchema(schema, nameOf) : { $ref: `#/components/schemas/${name}` }
}

export function inlineSchema(schema: TSchema, nameOf: NameOf): JsonSchema {
  const { rule, description, anyOf, properties, items, patternProperties, additionalProperties, ...rest } =
    schema as Keywords
  const within = (one: TSchema) => jsonSchema(one, nameOf)
  const text = described(description, rule)
  return {
    ...(anyOf === undefined ? withType(rest) : union(anyOf.map(within))),
    ...(properties !== undefined && { properties: mapValues(properties, within) }),
    ...(items !== undefined && { items: within(items) }),
    ...others(patternProperties, additionalProperties, within),
    ...(text !== undefined && { description: text }),
  }
}

interface Keywords {
  readonly rule?: string
  readonly description?: string
  readonly anyOf?: readonly TSchema[]
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
  readonly patternProperties?: Readonly<Record<string, TSchema>>
  readonly additionalProperties?: boolean | TSchema
  readonly enum?: readonly unknown[]
}

/** `must be a UUID` → `Must be a UUID.` */
function described(description: string | undefined, rule: string | undefined): string | undefined {
  const sentences = [description, rule].filter((text) => text !== undefined)
  if (sentences.length === 0) return undefined
  return sentences.map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`).join(' ')
}

/** An enumeration of TypeBox has no type; generators want one. */
function withType(keywords: JsonSchema): JsonSchema {
  const values = keywords.enum
  return values?.every((value) => typeof value === 'string') ? { type: 'string', ...keywords } : keywords
}

/** A choice of constants is an enumeration, and something or null is a type with two names, as OpenAPI 3.1 writes it. */
function union(members: readonly JsonSchema[]): JsonSchema {
  const some = members.filter(({ type }) => type !== 'null')
  const isNullable = some.length < members.length
  const one = some.every((member) => typeof member.const === 'string')
    ? { type: 'string', enum: some.map((member) => member.const) }
    : some.length === 1
      ? some[0]
      : undefined
  if (one === undefined || (isNullable && typeof one.type !== 'string')) return { anyOf: members }
  if (!isNullable) return one
  return { ...one, type: [one.type as string, 'null'], ...(one.enum !== undefined && { enum: [...one.enum, null] }) }
}

const ANY_NAME = '^.*$'

/** What an object may have beside its own fields; a record of TypeBox is a pattern that every name matches. */
function others(
  patterns: Keywords['patternProperties'],
  additional: Keywords['additionalProperties'],
  within: (schema: TSchema) => JsonSchema,
): JsonSchema {
  const ofAnyName = patterns?.[ANY_NAME]
  if (ofAnyName !== undefined) return { additionalProperties: within(ofAnyName) }
  return {
    ...(patterns !== undefined && { patternProperties: mapValues(patterns, within) }),
    ...(additional !== undefined && {
      additionalProperties: typeof additional === 'boolean' ? additional : within(additional),
    }),
  }
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))
}
