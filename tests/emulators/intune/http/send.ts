import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../faults.ts'
import type { Answer } from './answer.ts'

/** Writes an answer as a fault of the line would have it; anything else as it is. */
export async function send(response: ServerResponse, answer: Answer, fault: Fault | undefined): Promise<void> {
  switch (fault?.kind) {
    case 'hang':
      return
    case 'reset':
      response.socket?.destroy()
      return
    case 'truncate':
      return truncated(response, answer)
    case 'slowHeaders':
      return slowly(response, answer, fault.milliseconds)
    case 'delay':
      await sleep(fault.milliseconds, undefined, { ref: false })
      return whole(response, answer)
    default:
      return whole(response, answer)
  }
}

function whole(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) }).end(body)
}

function truncated(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length) })
  response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy())
}

async function slowly(response: ServerResponse, { status, headers, body }: Answer, pause: number): Promise<void> {
  const fields = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' })
  const lines = [`HTTP/1.1 ${status} OK`, ...fields.map(([name, value]) => `${name}: ${value}`), '']
  for (const line of lines) {
    if (!response.socket?.writable) return
    response.socket.write(`${line}\r\n`)
    await sleep(pause, undefined, { ref: false })
  }
  response.socket?.end(body)
}
