import type { Attribute as AttributeWire } from '@chancery/api'
import type { Attribute } from '@chancery/ra'

/** Attributes that authorities must understand: none of the kinds that there are knows any. */
export function unknownAttributes(field: string, attributes: readonly AttributeWire[] | undefined): string[] {
  if (attributes === undefined || attributes.length === 0) return []
  const names = attributes.map(({ name }) => JSON.stringify(name)).join(', ')
  return [`${field}: the authority knows no attribute ${names}; send an empty list.`]
}

/** As they are answered. */
export function attributesToWire(attributes: readonly Attribute[]): AttributeWire[] {
  return attributes.map(({ content, ...rest }) => ({ ...rest, content: content.map((one) => ({ ...one })) }))
}
