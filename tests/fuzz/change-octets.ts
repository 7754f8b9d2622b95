import type { Noise } from './noise.ts'

type Change = (octets: Buffer, noise: Noise, other: () => Buffer) => Buffer

/** Changes that know nothing of structure: what a bad line, a bad disk or a blunt attacker makes. */
export const OCTET_CHANGES: Readonly<Record<string, Change>> = {
  'a bit': (octets, noise) => {
    const at = noise.below(octets.length)
    octets[at] = (octets[at] as number) ^ (1 << noise.below(8))
    return octets
  },
  'an octet': (octets, noise) => {
    octets[noise.below(octets.length)] = noise.once(2) ? noise.pick(INTERESTING) : noise.below(256)
    return octets
  },
  'cut off': (octets, noise) => octets.subarray(0, noise.below(octets.length)),
  'a run left out': (octets, noise) => {
    const at = noise.below(octets.length)
    return Buffer.concat([octets.subarray(0, at), octets.subarray(at + 1 + noise.below(24))])
  },
  'a run doubled': (octets, noise) => {
    const at = noise.below(octets.length)
    return Buffer.concat([octets.subarray(0, at + 1 + noise.below(24)), octets.subarray(at)])
  },
  'a run overwritten': (octets, noise) => {
    const at = noise.below(octets.length)
    return octets.fill(noise.pick(INTERESTING), at, Math.min(octets.length, at + 1 + noise.below(24)))
  },
  'octets put in': (octets, noise) => {
    const at = noise.below(octets.length + 1)
    return Buffer.concat([octets.subarray(0, at), noise.octets(1 + noise.below(8)), octets.subarray(at)])
  },
  'a run of another message': (octets, noise, other) => {
    const donor = other()
    const at = noise.below(octets.length)
    const from = noise.below(donor.length)
    const run = donor.subarray(from, from + 1 + noise.below(200))
    return Buffer.concat([octets.subarray(0, at), run, octets.subarray(at + noise.below(run.length))])
  },
  'more behind it': (octets, noise) => Buffer.concat([octets, noise.octets(1 + noise.below(4))]),
}

const INTERESTING = [
  ...[0x30, 0x31, 0x02, 0x03, 0x04, 0x06, 0x0c, 0x24, 0x80, 0x81, 0x82, 0x84, 0x88, 0xa0, 0xa3, 0x00, 0x01, 0x7f, 0xff],
  ...Buffer.from('%+=/-_\r\n&#,\\": '),
]
