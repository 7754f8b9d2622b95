/** What is counted. One implementation, in `prometheus.ts`. */
export interface Metrics {
  /** One SCEP request, answered. */
  scepRequest(operation: string, outcome: string, seconds: number): void
  /** The whole of the server's figures, every process together, in the text format of Prometheus. */
  text(): Promise<{ readonly type: string; readonly body: string }>
}
