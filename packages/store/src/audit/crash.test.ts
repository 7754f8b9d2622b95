import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import type { StoreOptions } from '../index.ts'
import type { AuditHead } from './head.ts'

// Several processes start one after the other: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 })

/** A process is killed after so many heads; undefined: it ends by itself. */
async function run({ url, keySecret }: StoreOptions, count: number, killAfter?: number): Promise<AuditHead[]> {
  const program = fileURLToPath(new URL('../testing/audit-load.ts', import.meta.url))
  const args = [program, url, keySecret.toString('hex'), String(count)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const heads: AuditHead[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const [, seq, head] = /^(\d+):([0-9a-f]{64})$/.exec(line) ?? []
    if (seq !== undefined && head !== undefined) heads.push({ seq: Number(seq), head: Buffer.from(head, 'hex') })
    if (heads.length === killAfter) child.kill('SIGKILL')
  }
  await ended
  return heads
}

onBothDatabases((database) => {
  test('a log of thousands of events verifies with every head, though the process that chained it was killed again and again', async () => {
    const { options, store } = await database.fresh()
    const heads: AuditHead[] = []
    for (const killAfter of [1, 5, 12, undefined]) heads.push(...(await run(options, 1000, killAfter)))
    const { head, events, unchained, problems, heads: told } = await store.audit.verify(heads)
    expect(problems).toEqual([])
    expect(told).toEqual({ compared: heads.length, tooOld: 0 })
    expect(events).toBeGreaterThanOrEqual(2000)
    expect([head.seq, unchained.count]).toEqual([events, 0])
  })
})
