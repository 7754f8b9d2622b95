/** Operations of RFC 8894 §4.1, and one of old drafts (D-11-01). Their spelling is exact there; no peer minds if we are lenient (interop quirk 1). */
const OPERATIONS = {
  getcacaps: 'GetCACaps',
  getcacert: 'GetCACert',
  getcacertchain: 'GetCACertChain',
  getnextcacert: 'GetNextCACert',
  pkioperation: 'PKIOperation',
} as const

export type Operation = (typeof OPERATIONS)[keyof typeof OPERATIONS]

export const UNKNOWN_OPERATION = 'There is no such operation; there are GetCACaps, GetCACert and PKIOperation.'

/** Everything behind the `?`, as it came: form decoding would spoil a message in it (N-04). */
export function rawQueryOf(url: string): string {
  const start = url.indexOf('?')
  return start === -1 ? '' : url.slice(start + 1)
}

/** @returns undefined when none is named, `unknown` when it is none of ours; other parameters do not matter (S-4.1-14) */
export function operationOf(rawQuery: string): Operation | 'unknown' | undefined {
  if (rawQuery === 'operation=PKIOperation') return 'PKIOperation'
  for (const part of rawQuery.split('&')) {
    const equals = part.indexOf('=')
    if (equals === -1 || part.slice(0, equals).toLowerCase() !== 'operation') continue
    const name = part.slice(equals + 1).toLowerCase()
    return Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name as keyof typeof OPERATIONS] : 'unknown'
  }
  return undefined
}
