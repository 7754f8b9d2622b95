import { type Donors, ELEMENT_CHANGES } from './change-element.ts'
import { OCTET_CHANGES } from './change-octets.ts'
import type { Noise } from './noise.ts'
import { copyOf, encodeTlv, placesIn, type Tlv, tlvOf } from './tlv.ts'

/** Makes wrong inputs out of right ones. */
export interface Mutator {
  /** One sample with one to five changes. */
  next(noise: Noise): Buffer
}

const ELEMENT = Object.values(ELEMENT_CHANGES)
const OCTET = Object.values(OCTET_CHANGES)

/**
 * Of structures: elements change within lengths that stay right, so that what is behind them is reached; some get
 * wrong octets on top.
 * @param donors samples of other kinds, whose parts turn up in the wrong place
 */
export function structureMutator(samples: readonly Buffer[], donors: readonly Buffer[]): Mutator {
  const trees = samples.map(tlvOf)
  const parts = [...trees, ...donors.map(tlvOf)].flatMap((tree) => placesIn(tree).map(({ tlv }) => tlv))
  return {
    next(noise) {
      const root = copyOf(noise.pick(trees))
      const changes: Donors = { noise, other: () => copyOf(noise.pick(parts)) }
      if (!noise.once(10)) for (let left = count(noise); left > 0; left--) changeOne(root, changes)
      const bytes = encodeTlv(root)
      return noise.once(5) ? spoilt(bytes, noise, samples) : bytes
    },
  }
}

/** Of texts, which have no structure to speak of. */
export function octetMutator(samples: readonly Buffer[]): Mutator {
  return { next: (noise) => spoilt(noise.pick(samples), noise, samples) }
}

function changeOne(root: Tlv, donors: Donors): void {
  donors.noise.pick(ELEMENT)(donors.noise.pick(placesIn(root)), donors)
}

function spoilt(bytes: Buffer, noise: Noise, samples: readonly Buffer[]): Buffer {
  let octets: Buffer = Buffer.from(bytes)
  for (let left = count(noise); left > 0 && octets.length > 0; left--) {
    octets = noise.pick(OCTET)(octets, noise, () => noise.pick(samples))
  }
  return octets
}

/** Mostly one: several at once hide behind each other. */
function count(noise: Noise): number {
  return noise.once(2) ? 1 : 1 + noise.below(4)
}
