/** The least UUIDv7 of a moment (RFC 9562 §5.7): before it stand those of the time before, behind it those from then on. */
export function uuidAt(time: Date): string {
  const hex = Math.max(time.getTime(), 0).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}
