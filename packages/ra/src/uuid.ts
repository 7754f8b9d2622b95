import { randomBytes } from 'node:crypto'

const OCTETS = 16
/** Random octets drawn at a time: asking for them costs as much for 16 as for a thousand, and an enrolment needs four UUIDs. */
const BATCH = 64

let drawn = Buffer.alloc(0)

/** A UUIDv7 (RFC 9562 §5.7): its time first, so that an index of them grows at one end. */
export function uuidV7(now: Date): string {
  if (drawn.length === 0) drawn = randomBytes(OCTETS * BATCH)
  const bytes = drawn.subarray(0, OCTETS)
  drawn = drawn.subarray(OCTETS)
  bytes.writeUIntBE(now.getTime(), 0, 6)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
