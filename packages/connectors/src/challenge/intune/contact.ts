/** Of what is remembered how it went the last time. */
export type ContactCall = 'token' | 'discovery' | 'validate' | 'notify' | 'download' | 'upload'

/** How a call went, for those who look whether all is well. It holds no secret. */
export interface IntuneContact {
  /** Key of the voucher. */
  readonly voucher: string
  readonly call: ContactCall
  readonly at: Date
  /** `refused`: it was answered, and the answer was no. */
  readonly outcome: 'ok' | 'refused' | 'failed'
  /** For the administrator. */
  readonly detail: string | null
  /** Under which Microsoft finds the call, where it has one. */
  readonly clientRequestId: string | null
}
