import type { Secret } from '@chancery/scep'

/** What a device gets for a request for enrolment or a poll; refusals are thrown as ScepError. */
export type Enrolment =
  | {
      readonly status: 'issued'
      readonly certificate: Buffer
      readonly certificateUuid: string
      readonly transaction: string
      /** The certificate was issued to an earlier message of the same transaction. */
      readonly repeated: boolean
      /** The challenge of the request, where the reply to a poll must be encrypted with it (RFC 8894 §3.1). */
      readonly password?: Secret
    }
  | {
      readonly status: 'pending'
      readonly transaction: string
      /** Why, where no person is waited for; for the administrator. */
      readonly detail?: string
    }
