import { beforeAll, expect, test } from 'vitest'
import { ELEMENT_CHANGES } from '../fuzz/change-element.ts'
import { noise } from '../fuzz/noise.ts'
import { makeSamples } from '../fuzz/samples.ts'
import { copyOf, encodeTlv, placesIn, tlvOf } from '../fuzz/tlv.ts'
import { ALLOWED, type Disagreement } from './disagreement.ts'
import { hasOpenssl, opensslReads } from './openssl.ts'
import { LIBRARIES, read, type Structure } from './reader.ts'

const SEED = 5652
const CHANGES = 300

/** With what made it, to be repeated. */
interface Found extends Disagreement {
  readonly input: Buffer
}

let samples: Readonly<Record<Structure, Buffer>>
beforeAll(async () => {
  const { signedData, envelopedData, certificates, certificationRequests, crls } = await makeSamples()
  samples = {
    signedData: signedData[0] as Buffer,
    envelopedData: envelopedData[0] as Buffer,
    certificate: certificates.at(2) as Buffer,
    certificationRequest: certificationRequests[0] as Buffer,
    crl: crls[0] as Buffer,
  }
})

test('everybody reads what was not changed', () => {
  for (const [structure, sample] of Object.entries(samples) as [Structure, Buffer][]) {
    expect(read('ours', structure, sample)).toEqual({ reads: true })
    for (const library of LIBRARIES)
      expect(read(library, structure, sample), library).not.toMatchObject({ reads: false })
  }
})

test.skipIf(!hasOpenssl)('C-FZ-01 where we alone accept or refuse a changed structure there is a reason for it', () => {
  const unexplained: string[] = []
  for (const structure of Object.keys(samples) as Structure[]) {
    for (const found of disagreements(structure)) {
      if (!ALLOWED.some(({ fits }) => fits(found))) unexplained.push(describeFound(found))
    }
  }
  expect(unexplained).toEqual([])
})

function* disagreements(structure: Structure): Generator<Found> {
  const tree = tlvOf(samples[structure])
  const parts = placesIn(tree).map(({ tlv }) => tlv)
  const names = Object.keys(ELEMENT_CHANGES)
  for (let index = 0; index < CHANGES; index++) {
    const chance = noise(SEED, index)
    const root = copyOf(tree)
    const change = chance.pick(names)
    const at = chance.below(parts.length)
    const donors = { noise: chance, other: () => copyOf(chance.pick(parts)) }
    ELEMENT_CHANGES[change]?.(placesIn(root)[at] as Disagreement['place'], donors)
    const input = encodeTlv(root)
    const ours = read('ours', structure, input)
    const theirs = LIBRARIES.map((library) => read(library, structure, input)).filter((one) => one !== undefined)
    if (ours === undefined || theirs.some(({ reads }) => reads === ours.reads)) continue
    // A process for each: only where we would be the more careless one.
    if (ours.reads && opensslReads(structure, input)) continue
    yield { structure, place: placesIn(tree)[at] as Disagreement['place'], change, refusal: ours.why, input }
  }
}

function describeFound({ structure, place, change, refusal, input }: Found): string {
  const verdict = refusal === undefined ? 'we alone accept' : `we alone refuse (${refusal})`
  return `${verdict} ${structure} ${place.path} ${change} ${input.toString('hex')}`
}
