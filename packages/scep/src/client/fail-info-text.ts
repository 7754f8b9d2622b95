import { type Attribute, value } from '@chancery/pki'
import { attributeValues } from '../attribute.ts'

const LONGEST_TEXT = 1000

/** The server's words, of any string type, fit to be shown on a terminal (S-3.2.1.4-02). */
export function failInfoText(attributes: readonly Attribute[]): string | undefined {
  const { only } = attributeValues(attributes, 'failInfoText')
  const text = only === undefined ? undefined : value.stringValue(only)
  return text?.slice(0, LONGEST_TEXT).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}
