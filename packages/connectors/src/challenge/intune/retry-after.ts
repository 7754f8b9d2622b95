/** Retry-After in seconds (RFC 9110 §10.2.3); as a date it is not in use here. */
export function secondsOf(value: string | undefined): number | undefined {
  return value !== undefined && /^ *\d{1,6} *$/.test(value) ? Number(value) : undefined
}
