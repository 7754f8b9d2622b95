import type { IncomingMessage } from 'node:http'
import { type BlockList, isIP, type Socket } from 'node:net'

/**
 * Who is at the other end: the rightmost address outside the trusted networks. Everything left of it was written by
 * somebody whom nobody vouches for.
 */
export function peerOf(request: IncomingMessage, trusted: BlockList | undefined): string {
  const connected = connectedAddress(request.socket)
  if (trusted === undefined) return connected
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((part) => plain(part.trim()))
  let peer = connected
  while (isTrusted(peer, trusted)) {
    const before = forwarded.pop()
    if (before === undefined || isIP(before) === 0) break
    peer = before
  }
  return peer
}

/** Whoever is connected, be it a proxy. */
export function connectedAddress({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string {
  return plain(remoteAddress)
}

/** IPv4 as such where a listener for both families reports it as IPv6; no port, no brackets. */
function plain(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice('::ffff:'.length)
  return /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? address.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1')
}

export function isTrusted(address: string, trusted: BlockList): boolean {
  const family = isIP(address)
  return family !== 0 && trusted.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
