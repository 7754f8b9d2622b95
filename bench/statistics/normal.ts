/** Probability that a standard normal variable is further from 0 than z, on either side. */
export function twoSided(z: number): number {
  return complementaryError(Math.abs(z) / Math.SQRT2)
}

/** erfc for x ≥ 0 by a Chebyshev fit (Numerical Recipes, erfcc): relative error below 1.2e-7 everywhere. */
function complementaryError(x: number): number {
  const t = 1 / (1 + x / 2)
  return t * Math.exp(COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0) - x * x)
}

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
]
