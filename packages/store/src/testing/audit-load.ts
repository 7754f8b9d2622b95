import { openStore } from '../index.ts'
import { sampleEvents } from './audit.ts'
import { NOW } from './sample.ts'

/**
 * A process that writes events and chains them until it is killed or has written `count`, and prints each head as the log would
 * have it: `node audit-load.ts <url> <key secret, hex> <count>`.
 */
const [url = '', secret = '', count = ''] = process.argv.slice(2)
const store = await openStore({ url, keySecret: Buffer.from(secret, 'hex'), now: () => NOW })
let isDone = false

const writing = async () => {
  for (let written = 0; written < Number(count); written += 20) await store.audit.record(sampleEvents(20))
}

const chaining = async () => {
  for (;;) {
    const isLast = isDone
    const head = await store.audit.chain(NOW)
    if (head !== undefined) process.stdout.write(`${head.seq}:${head.head.toString('hex')}\n`)
    else if (isLast) return
    else await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

const written = Promise.all([writing(), writing()]).then(() => {
  isDone = true
})
await Promise.all([written, chaining()])
await store.close()
