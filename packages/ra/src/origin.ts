/** Where a message came from, and under which id. */
export interface Origin {
  /** As the caps on waiting requests count it; undefined: nobody counts it. */
  readonly source: string | undefined
  /** The address itself, as HTTP had it. */
  readonly peer: string | undefined
  /** What the device is told, and what log, decision and audit log have in common. */
  readonly correlationId: string | undefined
}

/** Of what no message asked for at this moment: a job, or a person who approves. */
export const NO_ORIGIN: Origin = { source: undefined, peer: undefined, correlationId: undefined }
