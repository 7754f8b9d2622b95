import { connect } from 'node:net'

export interface RawAnswer {
  readonly statusLine: string
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

const PATIENCE_MS = 60_000

/**
 * Writes bytes to a server and reads the first answer, without any HTTP library: what is sent is exactly what is given.
 * The connection stays open for writing unless `halfClose` is set; the answer ends with its Content-Length or the connection.
 */
export function rawRequest(url: string, bytes: Buffer | string, halfClose = false): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const chunks: Buffer[] = []
    const give = () => {
      const answer = parse(Buffer.concat(chunks))
      if (answer === undefined) return false
      resolve(answer.answer)
      return answer.complete
    }
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer')))
    socket.on('connect', () => (halfClose ? socket.end(bytes) : socket.write(bytes)))
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (parse(Buffer.concat(chunks))?.complete && give()) socket.destroy()
    })
    // A server that refuses while we still write may reset the connection after its answer.
    socket.on('error', (error) => give() || reject(error))
    socket.on('close', () => give() || reject(new Error('closed without an answer')))
  })
}

/** A POST or GET as an old device writes it: nothing but what is given. */
export function request(
  method: string,
  target: string,
  headers: readonly string[],
  body?: Buffer,
  version = '1.0',
): Buffer {
  const lines = [`${method} ${target} HTTP/${version}`, ...headers]
  if (body !== undefined) lines.push(`Content-Length: ${body.length}`)
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)])
}

function parse(bytes: Buffer): { answer: RawAnswer; complete: boolean } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const body = bytes.subarray(end + 4)
  const length = headers.get('content-length')
  const complete = length !== undefined && body.length >= Number(length)
  return { answer: { statusLine, status: Number(statusLine.split(' ')[1]), headers, body }, complete }
}
