export type OcspOutcome =
  | 'good'
  | 'revoked'
  | 'several'
  | 'unauthorized'
  | 'malformedRequest'
  | 'tryLater'
  | 'internalError'
/** `none`: nobody signs it. */
export type OcspSource = 'memo' | 'signature' | 'none'

/** What is counted. One implementation, in `prometheus.ts`. */
export interface Metrics {
  /** One SCEP request, answered. */
  scepRequest(operation: string, outcome: string, seconds: number): void
  /** A request that was opened used an algorithm that only old clients use. */
  legacyAlgorithm(algorithm: string): void
  /** One OCSP message, answered: with what, and where its answer came from. */
  ocspAnswer(answer: OcspOutcome, from: OcspSource): void
  /** A nonce was asked for: repeated in the answer, or left out because too many were. */
  ocspNonce(outcome: 'repeated' | 'left_out'): void
  /** Something that somebody who watches for attacks wants to know. */
  securityEvent(event: string): void
  /** Records of decisions: written, only counted, or dropped for want of room. */
  decisionRecords(fate: 'written' | 'counted' | 'dropped', records: number): void
  /** The whole of the server's figures, every process together, in the text format of Prometheus. */
  text(): Promise<{ readonly type: string; readonly body: string }>
}
