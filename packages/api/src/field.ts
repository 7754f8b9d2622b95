import { type TObject, type TProperties, type TSchema, Type } from 'typebox'

/**
 * What a value must be, in words that follow the name of the field: `uses` + `must be a whole number from 1 to 1000`.
 * It stands in the schema, so that a fault can be told in one sentence and a form can show it beside the field.
 */
export interface Rule {
  readonly rule: string
}

/** An object that takes no other fields than its own: a misspelt name is a fault, not silence. */
export function strictObject<P extends TProperties>(properties: P, options: Partial<Rule> = {}): TObject<P> {
  return Type.Object(properties, { ...options, additionalProperties: false })
}

export const NOTHING = strictObject({})

export const uuidParam = Type.String({
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
  rule: 'must be a UUID',
})

/** URL-safe, as in the addresses of the endpoints. */
export const nameParam = Type.String({
  pattern: '^[A-Za-z0-9._~-]{1,200}$',
  rule: 'must consist of the characters A-Z, a-z, 0-9, "-", ".", "_" and "~"',
})

export const nullable = <S extends TSchema>(
  schema: S,
  options: Partial<Rule> & { title?: string; description?: string; writeOnly?: true } = {},
) => Type.Union([schema, Type.Null()], options)

/** ASN.1 as people paste it. */
export const encoded = (what: string, example: string) =>
  Type.String({
    minLength: 1,
    maxLength: 100_000,
    rule: `must be ${what} as PEM, or DER in base64, such as ${example}`,
  })

/** How long something waits for a person. */
export const expiryDays = Type.Integer({
  minimum: 1,
  maximum: 365,
  rule: 'must be a whole number of days from 1 to 365',
})

/** A moment, or a day of UTC from its beginning. */
export const timeParam = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2}))?$',
  rule: 'must be a time such as 2026-03-01T12:00:00Z, or a day',
})

export const itemsPerPage = Type.String({
  pattern: '^([1-9][0-9]{0,2}|1000)$',
  rule: 'must be a whole number from 1 to 1000',
})

/** A point in time in a query. */
export const moment = Type.String({
  pattern:
    '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?$',
  rule: 'must be a date such as 2026-11-25 or a time such as 2026-11-25T12:00:00Z',
})

/** `nextCursor` of the page before. */
export const cursor = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,200}$',
  rule: 'must be the nextCursor of the page before',
})

/** Query of a change that may strand running clients: `true` decides everything and writes nothing. */
export const dryRun = Type.Optional(Type.Enum(['true', 'false'] as const, { rule: 'must be true or false' }))

/** Of a dry run only: what the change would mean for clients that are running, one sentence each. */
export const consequences = Type.Optional(Type.Array(Type.String()))

/** Body of a call that is about several. */
export const uuidList = Type.Array(uuidParam, {
  maxItems: 1000,
  rule: 'must be a list of at most 1000 UUIDs',
})

/** Unique among its kind and part of addresses, so it never changes. */
export const newName = (...reserved: readonly string[]) =>
  Type.String({
    pattern: `^(?!(?:${[...reserved, '\\.', '\\.\\.'].join('|')})$)[A-Za-z0-9._~-]{1,100}$`,
    rule: `must be 1 to 100 of the characters A-Z, a-z, 0-9, "-", ".", "_" and "~"${reserved.length === 0 ? '' : `, and not ${reserved.join(' or ')}`}`,
  })

export const description = nullable(Type.String({ maxLength: 300 }), {
  rule: 'must be text of at most 300 characters, or null',
})
