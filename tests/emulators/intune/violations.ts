/** What a product must not do, although the service may bear it. */
export const VIOLATIONS = {
  failureAfterRefusedValidate: 'a failure was notified for a request that Intune itself had refused',
  failureWithoutValidate: 'a failure was notified for a request that was never validated',
  failureAfterSuccess: 'a failure was notified after a success that was acknowledged',
  successWithoutValidate: 'a success was notified for a request without a positive validation',
  notificationAfterFailure: 'something else was notified after a failure, without a new validation',
  conflictingSuccess: 'two certificates were notified for one request',
  malformedNotification: 'a field of a notification is missing or has another form',
  foreignTransactionId: 'a notification has another transactionId than the validation of its request',
  apiVersion: 'the api-version is not the one of the service',
  contentType: 'the body is not declared as application/json',
  armouredRequest: 'certificateRequest is not one line of standard Base64',
  memberName: 'a member of the body has a wrong name or stands in a wrong wrapper',
  singleSlashScope: 'the scope of Intune has one slash before .default',
  v1TokenEndpoint: 'the token endpoint of v1 was called',
  clientRequestId: 'client-request-id is missing or no GUID',
  inconsistentResult: 'a revocation result says success with an error, or failure without one',
  unknownContext: 'a revocation result is for something that was not offered',
  conflictingResult: 'two different results were given for one revocation request',
  emptyUpload: 'revocation results were uploaded without a result',
  redirectFollowed: 'a redirect was followed',
} as const

export type ViolationKind = keyof typeof VIOLATIONS

export interface Violation {
  readonly kind: ViolationKind
  readonly text: string
  readonly time: string
  /** What exactly. */
  readonly detail: string
}
