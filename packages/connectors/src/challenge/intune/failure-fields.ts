import type { Reason } from '@chancery/scep'

/** Longest description that Intune takes, in UTF-16 units as .NET counts them. */
const LONGEST_DESCRIPTION = 255
/** An error (S) that the customer defines (C); the code is in the lowest 16 bits. */
const CUSTOMER_ERROR = 0xa0000000
const FAULT = 1

/** By which Intune's console tells failures apart (decision 0041). Numbers stay as they are. */
const CODES: Readonly<Partial<Record<Reason, number>>> = {
  enrolment_refused: 2,
  challenge_refused: 3,
  transaction_conflict: 4,
  subject_refused: 5,
  subject_alt_name_refused: 6,
  key_refused: 7,
  already_certified: 8,
  authority_refused: 9,
  issue_failed: 10,
  renewal_refused: 11,
  signer_cannot_encrypt: 12,
  approval_expired: 13,
}

/** HRESULT as a signed number of 32 bits. */
export function hResult(reason: string): number {
  const code = Object.entries(CODES).find(([name]) => name === reason)?.[1]
  return (CUSTOMER_ERROR + (code ?? FAULT)) | 0
}

/** One line, never blank, and no character cut in two. */
export function errorDescription(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
  return cut(line === '' ? 'The certificate could not be issued.' : line)
}

export function cut(text: string): string {
  const short = text.slice(0, LONGEST_DESCRIPTION)
  // Of a pair of surrogates only the first half is left.
  return short.isWellFormed() ? short : short.slice(0, -1)
}
