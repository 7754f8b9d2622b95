import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { TestServer } from '../../tests/server.ts'
import { runScript } from '../run-script.ts'
import type { RefusalClass } from './class.ts'
import type { RefusalOrder, SentRefusal } from './generate.ts'

/** Times of one class, in milliseconds. */
export interface Times {
  /** From the first octet of the request to the last of the answer. */
  readonly http: number[]
  /** From the request read to the refusal made, before it waits for its deadline: what the log says. */
  readonly server: number[]
}

export type TimesByClass = Map<RefusalClass, Times>

export interface Round {
  readonly server: TestServer
  readonly orders: readonly RefusalOrder[]
  readonly connections: number
  /** For the class `held back`. */
  readonly heldMicroseconds: number
}

/** Sends what was ordered, one file after the other, and adds the times. */
export async function collect({ server, orders, connections, heldMicroseconds }: Round, into: TimesByClass) {
  await Promise.all(orders.map(generate))
  for (const { file } of orders) {
    const sent = JSON.parse(readFileSync(`${file}.sent.json`, 'utf8')) as SentRefusal[]
    const held = sent.map(({ class: name }) => (name === 'held back' ? heldMicroseconds : 0))
    writeFileSync(`${file}.held.json`, JSON.stringify(held))
    const { hostname, port } = new URL(server.url)
    const from = server.log().length
    const args = [hostname, port, String(connections), file, `${file}.replies`, `${file}.held.json`]
    const { failures, microseconds } = JSON.parse(await runScript('drive.ts', args)) as Driven
    if (failures > 0) throw new Error(`${failures} requests had no CertRep for an answer`)
    const logged = loggedTimes(server.log().slice(from))
    for (const [index, { class: name, transactionId }] of sent.entries()) {
      const before = logged.get(transactionId)
      if (before === undefined) throw new Error('a request that is not in the log, or was not refused as bad_envelope')
      const times = into.get(name) ?? { http: [], server: [] }
      times.http.push((microseconds[index] as number) / 1000)
      times.server.push(before)
      into.set(name, times)
    }
    for (const suffix of ['', '.sent.json', '.held.json', '.replies']) rmSync(`${file}${suffix}`)
  }
}

interface Driven {
  readonly failures: number
  readonly microseconds: readonly number[]
}

async function generate(order: RefusalOrder): Promise<void> {
  const orderFile = `${order.file}.order.json`
  writeFileSync(orderFile, JSON.stringify(order))
  await runScript('refusal/generate.ts', [orderFile])
}

function loggedTimes(log: string): Map<string, number> {
  const times = new Map<string, number>()
  for (const text of log.split('\n')) {
    if (!text.includes('"bad_envelope"')) continue
    const { transactionId, milliseconds } = JSON.parse(text) as { transactionId: string; milliseconds: number }
    times.set(transactionId, milliseconds)
  }
  return times
}
