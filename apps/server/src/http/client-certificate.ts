import { X509Certificate } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { BlockList } from 'node:net'
import { type PeerCertificate, TLSSocket } from 'node:tls'
import { connectedAddress, isTrusted } from './peer.ts'

/** What somebody's TLS proved: the key of this certificate, and nothing about who made it. */
export type ShownCertificate =
  | { readonly der: Buffer }
  /** A header that counts for nothing: it came from nobody whom CHANCERY_TRUSTED_PROXIES names. */
  | 'untrusted'
  /** A trusted proxy sent what is no certificate. */
  | 'unreadable'
  | undefined

/**
 * The client certificate of the connection; through a trusted proxy that of the connection to the proxy, which the proxy
 * tells in a header. The proxy's own certificate signs nobody in.
 */
export function clientCertificateOf(
  { socket, headers }: IncomingMessage,
  trusted: BlockList | undefined,
): ShownCertificate {
  const sent = headerOf(headers)
  const isProxy = trusted !== undefined && isTrusted(connectedAddress(socket), trusted)
  if (isProxy) return sent === undefined ? undefined : (read(sent) ?? 'unreadable')
  const shown = socket instanceof TLSSocket ? (socket.getPeerCertificate() as Partial<PeerCertificate>).raw : undefined
  if (shown !== undefined) return { der: shown }
  return sent === undefined ? undefined : 'untrusted'
}

/** RFC 9440 §2.2, and what nginx writes from `$ssl_client_escaped_cert`. */
const HEADERS = ['client-cert', 'x-ssl-client-cert', 'x-client-cert'] as const

/** The first that says anything; proxies send it empty where there is none. */
function headerOf(headers: IncomingHttpHeaders): string | undefined {
  return HEADERS.map((name) => String(headers[name] ?? '').trim()).find((value) => value !== '')
}

/** Longer than any certificate that a person has. */
const LONGEST = 32_768

function read(value: string): { readonly der: Buffer } | undefined {
  const [, bytes] = /^:([A-Za-z0-9+/]+={0,2}):$/.exec(value) ?? []
  try {
    if (value.length > LONGEST) return undefined
    const text = bytes === undefined ? decodeURIComponent(value) : Buffer.from(bytes, 'base64')
    return { der: new X509Certificate(text).raw }
  } catch {
    return undefined
  }
}
