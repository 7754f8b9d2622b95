import { repeat } from './change-element.ts'
import { cpuMilliseconds } from './cpu-time.ts'
import type { Samples } from './samples.ts'
import { outcomeOf, type Target } from './target.ts'
import { encodeTlv, placesIn, tlvOf } from './tlv.ts'

/** An input whose time grows faster than its size. */
export interface Growth {
  readonly input: Buffer
  readonly why: string
}

const SMALL = 1 << 16
const FACTOR = 4
/** Four times as long may take four times the time; this leaves room for caches and the machine. */
const MOST_TIMES = 8
/** Below this nobody minds, and the collector of garbage decides. */
const WORTH_MILLISECONDS = 40

/** Every element of every sample made long: its octets repeated where it is primitive, itself where it is constructed. */
export async function* growthsOf(
  target: Target,
  all: Samples,
  starts: (input: Buffer) => void,
): AsyncGenerator<Growth> {
  for (const sample of target.samples(all).filter(({ length }) => length > 0)) {
    for (const make of target.text ? textFamilies(sample) : structureFamilies(sample)) {
      const long = make(SMALL * FACTOR)
      starts(long)
      let times = await timesLonger(target, long, make)
      // Once more before it counts: a busy machine shows in it too.
      if (times > MOST_TIMES) times = Math.min(times, await timesLonger(target, long, make))
      if (times > MOST_TIMES)
        yield { input: long, why: `${FACTOR} times the size takes ${times.toFixed(1)} times as long` }
    }
  }
}

/** 0 for what is not worth a comparison. */
async function timesLonger(target: Target, long: Buffer, make: Family): Promise<number> {
  const time = await bestOf(target, long)
  return time < WORTH_MILLISECONDS ? 0 : time / Math.max(await bestOf(target, make(SMALL)), 1)
}

type Family = (size: number) => Buffer

function structureFamilies(sample: Buffer): Family[] {
  return placesIn(tlvOf(sample)).flatMap((_, at) => [
    (size) => lengthened(sample, at, size),
    ...FILLS.map(
      (fill): Family =>
        (size) =>
          filled(sample, at, fill, size),
    ),
  ])
}

/** One character is a number of octets that a decoder may fold, escape or look back from. */
const FILLS: readonly Buffer[] = [
  ...['a', ' ', '\u0301', '\\', '0'].map((text) => Buffer.from(text)),
  Buffer.from([0xff]),
]

function lengthened(sample: Buffer, at: number, size: number): Buffer {
  const root = tlvOf(sample)
  const { tlv, siblings, index } = placesIn(root)[at] as ReturnType<typeof placesIn>[number]
  const times = Math.min(9000, Math.floor(size / Math.max(2, encodeTlv(tlv).length)))
  repeat(siblings, index, tlv, times)
  return encodeTlv(root)
}

function filled(sample: Buffer, at: number, fill: Buffer, size: number): Buffer {
  const root = tlvOf(sample)
  const { tlv } = placesIn(root)[at] as ReturnType<typeof placesIn>[number]
  if (Buffer.isBuffer(tlv.content)) tlv.content = Buffer.concat([tlv.content, Buffer.alloc(size, fill)])
  return encodeTlv(root)
}

function textFamilies(sample: Buffer): Family[] {
  const steps = Array.from({ length: 12 }, (_, step) => Math.floor((step * sample.length) / 12))
  return steps.flatMap((at) => {
    const piece = sample.subarray(at, at + 1 + Math.floor(sample.length / 12))
    return [piece, ...RUNS].map(
      (run): Family =>
        (size) => {
          return Buffer.concat([sample.subarray(0, at), Buffer.alloc(size, run), sample.subarray(at)])
        },
    )
  })
}

const RUNS: readonly Buffer[] = [...' -=%+,\\#']
  .map((text) => Buffer.from(text))
  .concat(Buffer.from('-----BEGIN A-----\n'))

async function bestOf(target: Target, input: Buffer): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 3 && best >= 1; attempt++) {
    best = Math.min(best, await cpuMilliseconds(() => outcomeOf(target, input)))
  }
  return best
}
