/** Text of four or sixteen octets; undefined for any other number. */
export function ipToText(octets: Buffer): string | undefined {
  if (octets.length === 4) return octets.join('.')
  return octets.length === 16 ? ipv6ToText(octets) : undefined
}

/** Octets of an address; undefined when the text is none. */
export function ipFromText(text: string): Buffer | undefined {
  return text.includes(':') ? ipv6FromText(text) : ipv4FromText(text)
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function ipv6ToText(octets: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => octets.readUInt16BE(2 * i).toString(16))
  let best = { start: 0, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (groups[start + length] === '0') length++
    if (length > best.length) best = { start, length }
  }
  if (best.length === 1) return groups.join(':')
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`
}

function ipv4FromText(text: string): Buffer | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined
  return Buffer.from(parts.map(Number))
}

function ipv6FromText(text: string): Buffer | undefined {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length > 0) return undefined
  const left = groupsOf(head)
  const right = tail === undefined ? [] : groupsOf(tail)
  if (left === undefined || right === undefined) return undefined
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const out = Buffer.alloc(16)
  for (const [i, group] of [...left, ...new Array<number>(missing).fill(0), ...right].entries())
    out.writeUInt16BE(group, 2 * i)
  return out
}

/** The last 32 bits may be written as an IPv4 address (RFC 4291 §2.2). */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const last = parts.at(-1) as string
  const embedded = last.includes('.') ? ipv4FromText(last) : undefined
  if (embedded !== undefined)
    parts.splice(-1, 1, embedded.readUInt16BE(0).toString(16), embedded.readUInt16BE(2).toString(16))
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))
    ? parts.map((part) => Number.parseInt(part, 16))
    : undefined
}
