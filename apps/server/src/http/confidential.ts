import type { IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { isLoopback } from '../limits/source.ts'
import { connectedAddress, isTrusted } from './peer.ts'

/** How a request came: over TLS from end to end as far as we know, from this machine, or so that anybody could read it. */
export type Channel = 'tls' | 'here' | 'clear'

/**
 * Over the Unix socket is from here, too; a trusted proxy says how it was asked itself. What others say of themselves counts
 * for nothing.
 */
export function channelOf({ socket, headers }: IncomingMessage, trusted: BlockList | undefined): Channel {
  if (socket.remoteAddress === undefined) return 'here'
  const connected = connectedAddress(socket)
  const isForwarded = FORWARDING.some((name) => headers[name] !== undefined)
  if (isForwarded && trusted !== undefined && isTrusted(connected, trusted)) {
    const protocol = String(headers['x-forwarded-proto'] ?? '').split(',')
    return protocol.at(-1)?.trim().toLowerCase() === 'https' ? 'tls' : 'clear'
  }
  if ((socket as Partial<TLSSocket>).encrypted === true) return 'tls'
  // A proxy on this machine that nobody declared speaks for somebody elsewhere.
  return isLoopback(connected) && !isForwarded ? 'here' : 'clear'
}

/** Whether a password in a request was read by nobody on the way. */
export function isConfidential(request: IncomingMessage, trusted: BlockList | undefined): boolean {
  return channelOf(request, trusted) !== 'clear'
}

const FORWARDING = ['x-forwarded-for', 'x-forwarded-proto', 'forwarded'] as const
