import { generateKeyPairSync, sign } from 'node:crypto'

/** How long one RSA-2048 private operation takes on this machine at this moment, in microseconds: median of short windows. */
export function rsaPrivateOperationMicroseconds(windows = 15, operationsPerWindow = 100): number {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const data = Buffer.alloc(32, 7)
  const figures: number[] = []
  for (let window = -2; window < windows; window++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < operationsPerWindow; i++) sign('sha256', data, privateKey)
    const microseconds = Number(process.hrtime.bigint() - start) / 1000 / operationsPerWindow
    if (window >= 0) figures.push(microseconds)
  }
  return median(figures)
}

/** Enrolments a second that the three RSA operations alone would allow: opening, signing the certificate, signing the reply. */
export function ceilingPerSecond(processors: number, rsaMicroseconds: number): number {
  return (processors * 1e6) / (3 * rsaMicroseconds)
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
