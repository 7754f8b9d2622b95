import { isIPv4, isIPv6 } from 'node:net'

/**
 * Whom the limits count a peer as: an IPv4 address, or the /64 of an IPv6 one, of which a single machine has all
 * addresses. undefined: nobody who is limited. What comes from this machine may come through a proxy that nobody declared
 * (CHANCERY_TRUSTED_PROXIES), and then the failures of one device would shut all of them out.
 */
export function sourceOf(peer: string): string | undefined {
  if (isIPv4(peer)) return isLoopback(peer) ? undefined : peer
  const [address = ''] = peer.split('%')
  if (!isIPv6(address) || isLoopback(address)) return undefined
  const groups = expanded(address)
  if (groups.join(':') === '0:0:0:0:0:0:0:1') return undefined
  return isMapped(groups) ? sourceOf(ipv4Of(groups)) : `${groups.slice(0, 4).join(':')}::/64`
}

export function isLoopback(peer: string): boolean {
  return peer.startsWith('127.') || peer === '::1'
}

/** The eight groups as numbers in hexadecimal, without leading zeros. */
function expanded(address: string): string[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)
  const hex = (high: string | undefined, low: string | undefined) => (Number(high) * 256 + Number(low)).toString(16)
  const plain = dotted === null ? address : `${dotted[1]}${hex(dotted[2], dotted[3])}:${hex(dotted[4], dotted[5])}`
  const [head = '', tail] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  return groups.map((group) => Number.parseInt(group, 16).toString(16))
}

/** ::ffff:0:0/96, an IPv4 address as IPv6 writes it. */
function isMapped(groups: readonly string[]): boolean {
  return groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff'
}

function ipv4Of(groups: readonly string[]): string {
  const octets = groups.slice(6).flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 255]
  })
  return octets.join('.')
}
