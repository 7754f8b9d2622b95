/**
 * ROCA (CVE-2017-15361): moduli of a broken key generator are powers of 65537 modulo each of these primes. A sound
 * modulus passes all of these tests by chance about once in 2^27.
 */
const PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]

const GENERATOR = 65537

/** For each prime, whether a remainder is a power of the generator. */
const POWERS = PRIMES.map((prime) => {
  const powers = new Set<number>()
  for (let power = 1; !powers.has(power); power = (power * GENERATOR) % prime) powers.add(power)
  return { prime, powers }
})

const PRODUCT = PRIMES.reduce((product, prime) => product * BigInt(prime), 1n)

/** Whether a modulus (big-endian octets) carries the fingerprint of the broken generator. */
export function hasRocaFingerprint(modulus: Buffer): boolean {
  const remainder = BigInt(`0x${modulus.toString('hex')}`) % PRODUCT
  return POWERS.every(({ prime, powers }) => powers.has(Number(remainder % BigInt(prime))))
}
