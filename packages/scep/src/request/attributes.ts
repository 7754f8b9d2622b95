import type { Attribute, Element } from '@chancery/pki'
import { value } from '@chancery/pki'
import { attributeFault, attributeValues, nonceOctets, numberText, stringOctets } from '../attribute.ts'
import type { MessagePolicy } from '../compatibility/message-policy.ts'
import { ScepError } from '../scep-error.ts'
import { LONGEST_TRANSACTION_ID, type TransactionId } from '../transaction-id.ts'

/** The signed attributes of a request, read before they are verified: a signed refusal needs them too (S-3.2.1.4-17). */
export interface RequestAttributes {
  readonly transactionId: TransactionId
  /** As written; empty when it cannot be read. */
  readonly messageType: string
  readonly senderNonce: Buffer | undefined
  readonly signingTime: Element | undefined
  /** What is wrong with them. It is said only when the signature has passed (conformance, part L). */
  readonly fault: string | undefined
}

/** Longest transactionID that a refusal still repeats. */
const LONGEST_ECHO = 1024

/** @throws {ScepError} `no_transaction_id` */
export function readRequestAttributes(attributes: readonly Attribute[], policy: MessagePolicy): RequestAttributes {
  const transactionIds = attributeValues(attributes, 'transactionId')
  const messageTypes = attributeValues(attributes, 'messageType')
  const nonces = attributeValues(attributes, 'senderNonce')
  const [first] = transactionIds.all
  const octets = first === undefined ? undefined : stringOctets(first)
  if (octets === undefined || octets.length === 0 || octets.length > LONGEST_ECHO) {
    throw new ScepError('no_transaction_id', { detail: attributeFault(transactionIds) ?? 'transactionID is no text' })
  }
  const messageType = messageTypes.only === undefined ? undefined : numberText(messageTypes.only)
  const senderNonce = nonces.only === undefined ? undefined : readNonce(nonces.only)
  const nonceMayBeMissing = policy.missingSenderNonce === 'tolerate' && nonces.all.length === 0
  const fault =
    attributeFault(transactionIds) ??
    (octets.length > LONGEST_TRANSACTION_ID ? `transactionID has ${octets.length} octets` : undefined) ??
    attributeFault(messageTypes) ??
    (messageType === undefined ? 'messageType is no text' : undefined) ??
    (nonceMayBeMissing ? undefined : attributeFault(nonces)) ??
    (nonces.only !== undefined && senderNonce === undefined ? 'senderNonce is not 1 to 64 octets' : undefined)
  return {
    transactionId: octets.toString('latin1') as TransactionId,
    messageType: messageType ?? '',
    senderNonce,
    signingTime: attributeValues(attributes, 'signingTime').all[0],
    fault,
  }
}

function readNonce(element: Element): Buffer | undefined {
  try {
    return nonceOctets(element)
  } catch {
    return undefined // segments of something else than octets
  }
}

/**
 * The signing time is near ours, where the profile wants that; a message may go without (S-3.2.1.4-13).
 * @throws {ScepError} `bad_time`
 */
export function checkSigningTime({ signingTime }: RequestAttributes, policy: MessagePolicy, now: Date): void {
  if (policy.timeWindowSeconds === undefined || signingTime === undefined) return
  const off = Math.abs(readTime(signingTime) - now.getTime()) / 1000
  if (!(off <= policy.timeWindowSeconds)) {
    throw new ScepError('bad_time', { detail: Number.isNaN(off) ? 'unreadable' : `${Math.round(off)} seconds off` })
  }
}

function readTime(element: Element): number {
  try {
    return value.timeValue(element, 'signingTime').getTime()
  } catch {
    return Number.NaN
  }
}
