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

export const nullable = <S extends TSchema>(schema: S, options: Partial<Rule> & { description?: string } = {}) =>
  Type.Union([schema, Type.Null()], options)

/** How long something waits for a person. */
export const expiryDays = Type.Integer({
  minimum: 1,
  maximum: 365,
  rule: 'must be a whole number of days from 1 to 365',
})

export const itemsPerPage = Type.String({
  pattern: '^([1-9][0-9]{0,2}|1000)$',
  rule: 'must be a whole number from 1 to 1000',
})
