import { type Attribute, type Element, TAG, value } from '@chancery/pki'

/** Signed attributes of SCEP (RFC 8894 §3.2.1) and those of CMS that it relies on (RFC 5652 §11). */
export const ATTRIBUTE = {
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionId: '2.16.840.1.113733.1.9.7',
  failInfoText: '1.3.6.1.5.5.7.24.1',
  contentType: '1.2.840.113549.1.9.3',
  signingTime: '1.2.840.113549.1.9.5',
} as const

export type AttributeName = keyof typeof ATTRIBUTE

/** What stands under one attribute type: each must be there once, with one value (S-3.2.1-15). */
export interface AttributeValues {
  readonly name: AttributeName
  /** The values of all attributes of the type, in their order. */
  readonly all: readonly Element[]
  /** The value, if there is exactly one. */
  readonly only: Element | undefined
}

export function attributeValues(attributes: readonly Attribute[], name: AttributeName): AttributeValues {
  const oid = ATTRIBUTE[name]
  const found = attributes.filter((attribute) => attribute.oid === oid)
  const all = found.flatMap((attribute) => attribute.values)
  return { name, all, only: found.length === 1 && all.length === 1 ? all[0] : undefined }
}

/** Why there is no single value, in words for the administrator. */
export function attributeFault({ name, all, only }: AttributeValues): string | undefined {
  if (only !== undefined) return undefined
  return all.length === 0 ? `${name} is missing` : `${name} occurs more than once`
}

const STRING_TAGS: ReadonlySet<number> = new Set([
  TAG.printableString,
  TAG.utf8String,
  TAG.ia5String,
  TAG.teletexString,
  TAG.visibleString,
  TAG.numericString,
])

/** Octets of a string of any one-octet type: PrintableString is prescribed, others are in use (S-3.2.1-09). */
export function stringOctets(element: Element): Buffer | undefined {
  return STRING_TAGS.has(element.tag) ? element.content : undefined
}

/** A number in decimal text, exactly as written, or an INTEGER as old clients send it. */
export function numberText(element: Element): string | undefined {
  if (element.tag === TAG.integer && element.content.length === 1) return String(element.content.readInt8(0))
  return stringOctets(element)?.toString('latin1')
}

/** Longest nonce that is copied (S-3.2.1.5-02); 16 octets are prescribed, 8 and 32 are in use. */
const LONGEST_NONCE = 64

export function nonceOctets(element: Element): Buffer | undefined {
  if (element.tag !== TAG.octetString && element.tag !== (TAG.octetString | 0x20)) return undefined
  const octets = value.octets(element, 'nonce')
  return octets.length > 0 && octets.length <= LONGEST_NONCE ? octets : undefined
}
