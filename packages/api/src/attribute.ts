import { type Static, Type } from 'typebox'
import { strictObject, uuidParam } from './field.ts'

/** A value that an administrator attaches; it comes back as it was given. */
export const Attribute = strictObject({
  uuid: Type.Optional(uuidParam),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  content: Type.Array(
    strictObject({ data: Type.Unknown(), reference: Type.Optional(Type.String({ maxLength: 1000 })) }),
    { maxItems: 100 },
  ),
})
export type Attribute = Static<typeof Attribute>

/** As it may be sent; an empty one is always right. */
export const attributeList = Type.Array(Attribute, {
  maxItems: 100,
  rule: 'must be a list of at most 100 attributes {uuid, name, content: [{data, reference}]}, uuid and reference optional',
})
