import { randomBytes } from 'node:crypto'

const OCTETS = 16
/** Serial numbers drawn at a time: asking the system costs microseconds whether for 16 octets or for a thousand. */
const BATCH = 64

let drawn = Buffer.alloc(0)

/**
 * A new serial number, as the content octets of its INTEGER: sixteen, random but for the sign bit, so that no two meet
 * and none can be foreseen (RFC 5280 §4.1.2.2: positive, at most 20 octets; Baseline Requirements §7.1: 64 random bits).
 * One that starts with a zero octet is drawn again: the encoding stays minimal, and all are of one length.
 */
export function newSerialNumber(): Buffer {
  for (;;) {
    if (drawn.length === 0) drawn = randomBytes(OCTETS * BATCH)
    const octets = Buffer.from(drawn.subarray(0, OCTETS))
    drawn = drawn.subarray(OCTETS)
    octets[0] = (octets[0] as number) & 0x7f
    if (octets[0] !== 0) return octets
  }
}
