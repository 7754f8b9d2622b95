import { randomBytes } from 'node:crypto'
import type { PublicKeyInfo } from '@chancery/pki'

declare const brand: unique symbol

/** Text of the octets of the transactionID attribute, 1 to 255 characters, in the form the device chose. */
export type TransactionId = string & { readonly [brand]: 'TransactionId' }

/** Longest transactionID that we work with (S-3.2.1.1-04). */
export const LONGEST_TRANSACTION_ID = 255

/**
 * Any octets are taken: hex, base64 with `+/=`, blanks and characters outside PrintableString are all in use, and a
 * reply must repeat them byte for byte (RFC 8894 §3.2.1.1).
 * @returns undefined when there is none, or too much of it
 */
export function parseTransactionId(octets: Buffer): TransactionId | undefined {
  if (octets.length === 0 || octets.length > LONGEST_TRANSACTION_ID) return undefined
  return octets.toString('latin1') as TransactionId
}

/** 128 random bits in hex: a new one for every enrolment (RFC 8894 §3.2.1.1 and appendix A). */
export function randomTransactionId(): TransactionId {
  return randomBytes(16).toString('hex').toUpperCase() as TransactionId
}

/** As the drafts had it: a digest of the key, so that a client that restarts finds its transaction again. */
export function keyTransactionId(key: PublicKeyInfo): TransactionId {
  return key.digest().toString('hex').toUpperCase() as TransactionId
}
