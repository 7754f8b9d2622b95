import type { Name } from '../../name/name.ts'

/** GeneralName (RFC 5280 §4.2.1.6). */
export type GeneralName =
  | { readonly type: 'dns' | 'email' | 'uri'; readonly value: string }
  /** Address as text: dotted, or IPv6 in its shortest form (RFC 5952). */
  | { readonly type: 'ip'; readonly value: string }
  | { readonly type: 'directory'; readonly name: Name }
  /** `value` is the element inside [0] EXPLICIT. */
  | { readonly type: 'otherName'; readonly oid: string; readonly value: Buffer }
  | { readonly type: 'registeredId'; readonly value: string }
  /** x400Address, ediPartyName, or one of the above with content that is none: kept as received. */
  | { readonly type: 'other'; readonly der: Buffer }

/** Identifier octets of the choices. */
export const GENERAL_NAME_TAG = {
  otherName: 0xa0,
  email: 0x81,
  dns: 0x82,
  directory: 0xa4,
  uri: 0x86,
  ip: 0x87,
  registeredId: 0x88,
} as const

/** The otherName that Windows puts a user's name in: UTF8String. */
export const USER_PRINCIPAL_NAME = '1.3.6.1.4.1.311.20.2.3'
