import type { IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { isLoopback } from '../limits/source.ts'
import { connectedAddress, isTrusted } from './peer.ts'

/**
 * Whether a password in a request was read by nobody on the way: it came over TLS, from this machine, over the Unix
 * socket, or through a trusted proxy that says that it did. What others say of themselves counts for nothing.
 */
export function isConfidential({ socket, headers }: IncomingMessage, trusted: BlockList | undefined): boolean {
  if (socket.remoteAddress === undefined) return true
  const connected = connectedAddress(socket)
  const isForwarded = FORWARDING.some((name) => headers[name] !== undefined)
  if (isForwarded && trusted !== undefined && isTrusted(connected, trusted)) {
    return (
      String(headers['x-forwarded-proto'] ?? '')
        .split(',')
        .at(-1)
        ?.trim()
        .toLowerCase() === 'https'
    )
  }
  if ((socket as Partial<TLSSocket>).encrypted === true) return true
  // A proxy on this machine that nobody declared speaks for somebody elsewhere.
  return isLoopback(connected) && !isForwarded
}

const FORWARDING = ['x-forwarded-for', 'x-forwarded-proto', 'forwarded'] as const
