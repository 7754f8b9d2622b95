import { copyOf, encodeTlv, type Place, placesIn, type Tlv, tlvOf } from './tlv.ts'

type Fails = (input: Buffer) => Promise<boolean>

/** How often a smaller input is tried. */
const MOST_ATTEMPTS = 4000

/** The smallest input found that fails in the same way: first whole elements go, then octets. */
export async function minimise(input: Buffer, fails: Fails): Promise<Buffer> {
  let attempts = 0
  const try_: Fails = async (candidate) => attempts++ < MOST_ATTEMPTS && fails(candidate)
  return withoutOctets(await withoutElements(input, try_), try_)
}

/** Ways in which an element gets smaller. */
const CUTS: readonly ((place: Place) => void)[] = [
  ({ siblings, index }) => siblings?.splice(index, 1),
  ({ siblings, index, tlv }) => {
    if (!Buffer.isBuffer(tlv.content)) siblings?.splice(index, 1, ...tlv.content)
  },
  ({ tlv }) => {
    tlv.content = Buffer.alloc(0)
  },
]

async function withoutElements(input: Buffer, fails: Fails): Promise<Buffer> {
  let best = input
  let root = treeOf(best)
  for (let again = root !== undefined; again && root !== undefined; ) {
    again = false
    for (let at = 0; root !== undefined && at < placesIn(root).length; at++) {
      for (const cut of CUTS) {
        const candidate = cutAt(root, at, cut)
        if (candidate.length >= best.length || !(await fails(candidate))) continue
        best = candidate
        root = treeOf(best)
        again = true
        break
      }
    }
  }
  return best
}

function cutAt(root: Tlv, at: number, cut: (place: Place) => void): Buffer {
  const copy = copyOf(root)
  const place = placesIn(copy)[at]
  if (place !== undefined) cut(place)
  return encodeTlv(copy)
}

/** Undefined for what is no structure: a text, or octets that are wrong already. */
function treeOf(input: Buffer): Tlv | undefined {
  try {
    return tlvOf(input)
  } catch {
    return undefined
  }
}

async function withoutOctets(input: Buffer, fails: Fails): Promise<Buffer> {
  let best = input
  for (let run = best.length >> 1; run > 0; run >>= 1) {
    for (let at = 0; at + run <= best.length; ) {
      const candidate = Buffer.concat([best.subarray(0, at), best.subarray(at + run)])
      if (await fails(candidate)) best = candidate
      else at += run
    }
  }
  return best
}
