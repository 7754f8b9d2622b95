import type { PkiStatus } from '../pki-status.ts'

/** States of an enrolment on the side of the client (RFC 8894 §2.5.1). */
export type EnrolmentState = 'CERT-NONEXISTENT' | 'CERT-REQ-PENDING' | 'CERT-ISSUED'

export type EnrolmentEvent =
  | 'request sent'
  /** Status of the CertRep that came for a request or a poll. */
  | PkiStatus
  /** None came, or one that cannot be believed. */
  | 'no response'
  /** The maximum time or number of polls is reached. */
  | 'limit reached'

/** What leads where; anything else cannot happen. */
export const NEXT_STATE: Readonly<Record<EnrolmentState, Partial<Readonly<Record<EnrolmentEvent, EnrolmentState>>>>> = {
  'CERT-NONEXISTENT': { 'request sent': 'CERT-REQ-PENDING' },
  'CERT-REQ-PENDING': {
    SUCCESS: 'CERT-ISSUED',
    PENDING: 'CERT-REQ-PENDING',
    FAILURE: 'CERT-NONEXISTENT',
    'no response': 'CERT-NONEXISTENT',
    'limit reached': 'CERT-NONEXISTENT',
  },
  'CERT-ISSUED': {},
}
