import { type Query, readQuery } from './query.ts'

/** The body of a captured HTTP message, when the capture begins with its head; otherwise all of it. */
export function httpBody(given: Buffer): { readonly body: Buffer; readonly note?: string; readonly query?: Query } {
  const head = given.subarray(0, MOST_HEAD).toString('latin1')
  if (!/^(?:HTTP\/1\.[01] \d{3}|(?:GET|POST) \S+ HTTP\/1\.[01])/.test(head)) return { body: given }
  const end = /\r?\n\r?\n/.exec(head)
  if (end === null) return { body: given }
  const body = given.subarray(end.index + end[0].length)
  const first = head.slice(0, head.search(/\r?\n/))
  const query = first.startsWith('GET ') ? readQuery(first) : undefined
  return { body, note: `an HTTP head stands before it: ${first.slice(0, 200)}`, ...(query && { query }) }
}

const MOST_HEAD = 1 << 17
