export interface KolmogorovSmirnov {
  /** The largest distance between the two distribution functions. */
  readonly d: number
  /** Two-sided, asymptotic; too large rather than too small where figures are equal. */
  readonly p: number
}

/** Whether two samples differ in any way: also where their middles agree (Kolmogorov, Smirnov). */
export function kolmogorovSmirnov(first: readonly number[], second: readonly number[]): KolmogorovSmirnov {
  const [a, b] = [Float64Array.from(first).sort(), Float64Array.from(second).sort()]
  let d = 0
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const at = Math.min(a[i] as number, b[j] as number)
    while (i < a.length && (a[i] as number) <= at) i++
    while (j < b.length && (b[j] as number) <= at) j++
    d = Math.max(d, Math.abs(i / a.length - j / b.length))
  }
  const effective = Math.sqrt((a.length * b.length) / (a.length + b.length))
  return { d, p: exceeds((effective + 0.12 + 0.11 / effective) * d) }
}

/** Kolmogorov's distribution, its tail; the argument with the correction of Stephens (1970). */
function exceeds(lambda: number): number {
  if (lambda < 0.2) return 1
  let sum = 0
  for (let k = 1; k <= 100; k++) sum += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * lambda * lambda)
  return Math.min(1, Math.max(0, sum))
}
