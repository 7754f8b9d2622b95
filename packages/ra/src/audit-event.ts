/** Who did something: a person, a token, somebody beside the server, a device, a job. */
export interface AuditActor {
  readonly kind: ActorKind
  /** As the log and decisions know it: the name of a user, a token or a job; of a device, the digest of its signer. */
  readonly name: string
  /** Under which it was allowed. */
  readonly role?: string
  /** Address it came from. */
  readonly source?: string
}

export type ActorKind = 'user' | 'token' | 'socket' | 'environment' | 'device' | 'job' | 'nobody'

/** What it was done to. */
export interface AuditObject {
  /** A noun of the permissions, such as `scepProfile`. */
  readonly kind: string
  readonly uuid?: string
  readonly name?: string
}

/** One row of the audit log: who did what to what, from where. */
export interface AuditEvent {
  readonly uuid: string
  readonly at: Date
  readonly actor: AuditActor
  /** `noun.verb`, as permissions are written: `scepProfile.update`, `certificate.issue`. */
  readonly action: string
  readonly object?: AuditObject
  /** `refused`: it was not allowed or against a rule; `failed`: it was meant to be done and could not. */
  readonly outcome: 'done' | 'refused' | 'failed'
  /** What the log of the same request carries, and what a device was told. */
  readonly correlationId?: string
  /** Before and after, reason, failInfo, transactionId; plain JSON, and never a secret. */
  readonly detail: Readonly<Record<string, unknown>>
}
