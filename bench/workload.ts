import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GenerateOrder } from './generate.ts'
import { runScript } from './run-script.ts'

/** A file of requests made beforehand. */
export interface Workload {
  readonly file: string
  readonly keys: readonly string[]
}

const DEVICE_KEYS = 24

/** Makes workloads for one server: one file for each entry of `counts`, two at a time. */
export class WorkloadMaker {
  readonly #target: Pick<GenerateOrder, 'recipient' | 'challenge' | 'host' | 'path'>
  readonly #directory: string
  readonly #keys: readonly string[]
  #made = 0

  constructor(directory: string, target: Pick<GenerateOrder, 'recipient' | 'challenge' | 'host' | 'path'>) {
    this.#directory = directory
    this.#target = target
    this.#keys = Array.from({ length: DEVICE_KEYS }, () =>
      generateKeyPairSync('rsa', { modulusLength: 2048 })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
    )
  }

  async make(counts: readonly number[]): Promise<Workload[]> {
    const workloads: Workload[] = []
    for (let at = 0; at < counts.length; at += 2) {
      workloads.push(...(await Promise.all(counts.slice(at, at + 2).map((count) => this.#one(count)))))
    }
    return workloads
  }

  async #one(count: number): Promise<Workload> {
    const label = `w${this.#made++}`
    const file = join(this.#directory, `${label}.requests`)
    const order: GenerateOrder = { ...this.#target, count, label, keys: this.#keys, file }
    const orderFile = `${file}.order.json`
    writeFileSync(orderFile, JSON.stringify(order))
    await runScript('generate.ts', [orderFile])
    return { file, keys: this.#keys }
  }
}
