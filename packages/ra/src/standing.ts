import type { IssuedCertificate, KnownTransaction } from './transaction.ts'

/** What an earlier transaction of the same identity means for a message that arrives now. */
export type Standing =
  /** The same answer again: a retransmission, or a client that re-enrols with the key it has (S-5.2-02). */
  | { readonly answer: 'certificate'; readonly certificate: IssuedCertificate }
  | { readonly answer: 'pending' }
  /** Nobody had said whether it may be: who is asked about it is asked again. */
  | { readonly answer: 'again' }
  /** Nobody decided in time: over, once that is written down. */
  | { readonly answer: 'expire' }
  /** Recorded but not signed yet: whoever comes first signs what was recorded. */
  | { readonly answer: 'complete' }
  /** Ordered elsewhere, and there was no answer for too long: over, once that is written down. */
  | { readonly answer: 'give_up' }
  /** Recorded so long ago that it is void; then judged afresh. */
  | { readonly answer: 'abandon' }
  /** Another request under the same transactionID and signer while the first is open or fresh (S-5.2-03). */
  | { readonly answer: 'conflict' }
  /** Over and done with: a new transaction takes its place. */
  | { readonly answer: 'supersede' }

/** A TBS older than this was lost in a crash: its validity has begun to be wrong, so it is never signed (design, rule 3). */
export const VOID_AFTER_MILLISECONDS = 10 * 60_000

const NONE: ReadonlySet<number> = new Set()

/** What becomes of a transaction whose RA profile was deleted: it is over, and gives its challenge back first. */
export function standingWithoutRaProfile(
  known: KnownTransaction,
  now: Date,
): Standing | { readonly answer: 'withdraw' } {
  switch (known.state) {
    case 'awaiting_approval':
      return { answer: isTooLate(known, now) ? 'expire' : 'withdraw' }
    case 'ordered':
      return { answer: 'abandon' }
    default:
      return { answer: 'supersede' }
  }
}

/** @param olderIssuerIds generations of the CA before the one that is asked now */
export function standing(
  known: KnownTransaction,
  same: boolean,
  now: Date,
  olderIssuerIds: ReadonlySet<number> = NONE,
): Standing {
  switch (known.state) {
    case 'received':
      if (isTooLate(known, now)) return { answer: 'supersede' }
      return same ? { answer: 'again' } : { answer: 'conflict' }
    case 'awaiting_approval':
      if (isTooLate(known, now)) return { answer: 'expire' }
      return same ? { answer: 'pending' } : { answer: 'conflict' }
    case 'ordered':
      if (known.elsewhere !== undefined && isTooLate(known, now)) return { answer: 'give_up' }
      if (isVoid(known, now)) return { answer: 'abandon' }
      return same ? { answer: 'complete' } : { answer: 'conflict' }
    case 'issued':
      if (known.certificate === undefined || isWorn(known.certificate, now)) return { answer: 'supersede' }
      // Only ever towards a newer CA, so that messages to both, repeated in turn, mint nothing.
      if (olderIssuerIds.has(known.certificate.issuerId)) return { answer: 'supersede' }
      return same ? { answer: 'certificate', certificate: known.certificate } : { answer: 'conflict' }
    case 'denied':
    case 'failed':
    case 'refused':
      return { answer: 'supersede' }
  }
}

/** Nobody has decided, and nobody may any more. */
export function isTooLate({ expiresAt }: Pick<KnownTransaction, 'expiresAt'>, now: Date): boolean {
  return expiresAt !== undefined && now >= expiresAt
}

/** What was ordered elsewhere is not: its validity begins when it is issued there. */
export function isVoid({ ordered, elsewhere }: KnownTransaction, now: Date): boolean {
  if (elsewhere !== undefined) return false
  return ordered === undefined || now.getTime() - ordered.at.getTime() > VOID_AFTER_MILLISECONDS
}

/** Revoked, never to be handed out, or past half of its life: clients whose transactionID is a hash of their key ask with the same one then (S-5.2-05). */
function isWorn({ notBefore, notAfter, revoked, release }: IssuedCertificate, now: Date): boolean {
  const half = (notBefore.getTime() + notAfter.getTime()) / 2
  return revoked || release === 'unreported' || now.getTime() > half
}
