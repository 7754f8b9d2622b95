/**
 * The load generator, a process of its own: `node bench/drive.ts HOST PORT CONNECTIONS REQUESTS REPLIES [HELD]`.
 * Writes requests made beforehand to keep-alive sockets, one at a time on each, and keeps the answers for later:
 * nothing is encoded, decrypted or verified while the clock runs. Prints one line of JSON. HELD is a file of JSON with
 * microseconds by which the answer to each request is held back before its clock stops, as a server would that is so
 * much slower: a difference that a comparison must find.
 */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { readMessages, writeMessages } from './message-file.ts'

const [host = '', port = '', connections = '', requestFile = '', replyFile = '', heldFile] = process.argv.slice(2)
const requests = readMessages(requestFile)
const replies: Buffer[] = new Array(requests.length)
const microseconds: number[] = new Array(requests.length)
/** Milliseconds since 1970. */
const finishedAt: number[] = new Array(requests.length)
const held = heldFile === undefined ? [] : (JSON.parse(readFileSync(heldFile, 'utf8')) as number[])
const TICK_MICROSECONDS = 1000
let failures = 0
let next = 0

const started = process.hrtime.bigint()
await Promise.all(Array.from({ length: Number(connections) }, () => drive(connect(Number(port), host))))
const seconds = Number(process.hrtime.bigint() - started) / 1e9
writeMessages(replyFile, replies)
process.stdout.write(`${JSON.stringify({ seconds, failures, microseconds, finishedAt })}\n`)

function drive(socket: Socket): Promise<void> {
  socket.setNoDelay(true)
  return new Promise((resolve, reject) => {
    let index = -1
    let sentAt = 0n
    let pending: Buffer = Buffer.alloc(0)
    const send = () => {
      if (next >= requests.length) {
        socket.end()
        resolve()
        return
      }
      index = next++
      // Timers of both sides tick with the same clock: without this, answers of a deadline and what follows fall in step.
      if (heldFile !== undefined) holdBack(Math.random() * TICK_MICROSECONDS)
      sentAt = process.hrtime.bigint()
      socket.write(requests[index] as Buffer)
    }
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      const answer = completeAnswer(pending)
      if (answer === undefined) return
      holdBack(held[index] ?? 0)
      microseconds[index] = Number(process.hrtime.bigint() - sentAt) / 1000
      finishedAt[index] = Date.now()
      if (answer.status !== 200) failures++
      replies[index] = Buffer.from(answer.body)
      pending = Buffer.alloc(0)
      send()
    })
  })
}

/** A timer is too coarse for microseconds. */
function holdBack(microseconds: number): void {
  const until = performance.now() + microseconds / 1000
  while (performance.now() < until);
}

/** One HTTP answer, when all of it is there. */
function completeAnswer(bytes: Buffer): { status: number; body: Buffer } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd)
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  if (bytes.length < headEnd + 4 + length) return undefined
  return { status: Number(head.slice(9, 12)), body: bytes.subarray(headEnd + 4, headEnd + 4 + length) }
}
