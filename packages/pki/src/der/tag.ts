/** Identifier octets (X.690 §8.1.2) of the universal types that X.509 and CMS use. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** Bit 6 of an identifier octet: the encoding is constructed. */
export const CONSTRUCTED = 0x20

/** Identifier octet of a context-specific tag; `constructed` for EXPLICIT tags and for IMPLICIT SEQUENCE or SET. */
export function contextTag(number: number, constructed: boolean): number {
  return 0x80 | (constructed ? CONSTRUCTED : 0) | number
}
