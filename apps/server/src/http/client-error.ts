import type { Socket } from 'node:net'

interface Refusal {
  readonly status: string
  readonly line: string
}

/** What Node's parser refuses before there is a request. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    line: 'The request line or the headers are too long: use POST.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: '413 Payload Too Large', line: 'The chunk extensions are too long.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', line: 'The request took too long to arrive.' },
}
const NOT_HTTP: Refusal = {
  status: '400 Bad Request',
  line: 'This is not an HTTP request that the server understands.',
}

/** How long somebody who is still sending may do so; a connection reset at once would take our answer with it. */
const LINGER_MILLISECONDS = 2000

const answered = new WeakSet<Socket>()

/** Answers on the bare connection, and closes it. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  // What else arrives on it is refused by the parser again.
  if (answered.has(socket)) return
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  answered.add(socket)
  const { status, line } = REFUSALS[error.code ?? ''] ?? NOT_HTTP
  const head = ['Content-Type: text/plain', `Content-Length: ${line.length + 1}`, 'Connection: close']
  socket.end(`HTTP/1.1 ${status}\r\n${head.join('\r\n')}\r\n\r\n${line}\n`)
  const timer = setTimeout(() => socket.destroy(), LINGER_MILLISECONDS)
  socket.once('close', () => clearTimeout(timer))
}
