import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseSignedData, type SignerInfo } from '@chancery/pki'

/** One exchange as it went over the wire. */
export interface Recorded {
  readonly method: string
  /** With the query. */
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly status: number
  readonly reply: Buffer
}

/** Stands before a server and keeps what went through it, for what the output of a client does not tell. */
export interface Recorder {
  readonly url: string
  readonly exchanges: Recorded[]
  /** Whether answers to what is sent by POST get lost on their way back. */
  losing: boolean
  close(): Promise<void>
}

export async function recordBefore(serverUrl: string): Promise<Recorder> {
  const exchanges: Recorded[] = []
  const proxy = createServer(async (incoming, outgoing) => {
    const body = await whole(incoming)
    const { method = 'GET', url: target = '/', headers } = incoming
    const onward = request(new URL(serverUrl), { method, path: target, headers }, async (answer) => {
      const reply = await whole(answer)
      const status = answer.statusCode ?? 0
      exchanges.push({ method, target, headers, body, status, reply })
      if (recorder.losing && method === 'POST') outgoing.destroy()
      else outgoing.writeHead(status, answer.headers).end(reply)
    })
    onward.on('error', () => outgoing.destroy())
    onward.end(body)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const recorder: Recorder = {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    exchanges,
    losing: false,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve())
        proxy.closeAllConnections()
      }),
  }
  return recorder
}

/** What a PKIOperation and its answer said of themselves. */
export interface Told {
  readonly method: string
  readonly messageType: string | undefined
  readonly transactionId: string | undefined
  /** SHA-256 of the first certificate beside the message. */
  readonly signer: string | undefined
  /** OIDs. */
  readonly digest: string | undefined
  readonly signature: string | undefined
  /** Of the answer. */
  readonly pkiStatus: string | undefined
  readonly failInfo: string | undefined
}

/** The PKIOperations among the exchanges. */
export function tell(exchanges: readonly Recorded[]): Told[] {
  return exchanges.filter(isPkiOperation).map((exchange) => {
    const { signerInfos, certificates } = parseSignedData(messageIn(exchange))
    const [signer] = signerInfos
    const [answerer] = parseSignedData(exchange.reply).signerInfos
    return {
      method: exchange.method,
      messageType: textOf(signer, 2),
      transactionId: textOf(signer, 7),
      signer: certificates[0] && fingerprint(certificates[0].bytes),
      digest: signer?.digestAlgorithm.oid,
      signature: signer?.signatureAlgorithm.oid,
      pkiStatus: textOf(answerer, 3),
      failInfo: textOf(answerer, 4),
    }
  })
}

export const fingerprint = (certificate: Buffer): string => createHash('sha256').update(certificate).digest('hex')

const query = ({ target }: Recorded) => new URL(target, 'http://localhost').searchParams

const isPkiOperation = (exchange: Recorded) => query(exchange).get('operation') === 'PKIOperation'

function messageIn(exchange: Recorded): Buffer {
  return exchange.method === 'POST' ? exchange.body : Buffer.from(query(exchange).get('message') ?? '', 'base64')
}

/** A SCEP attribute by the last number of its OID (RFC 8894 §3.2.1). */
function textOf(signer: SignerInfo | undefined, number: number): string | undefined {
  const found = signer?.signedAttributes?.find(({ oid }) => oid === `2.16.840.1.113733.1.9.${number}`)
  return found?.values[0]?.content.toString('latin1')
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
