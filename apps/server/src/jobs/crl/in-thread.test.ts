import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import { generateKey, selfSignedRoot } from '@chancery/ca'
import { nameFromText, parseCertificate, parseCrl, softwareSigningKey, verifyCrl } from '@chancery/pki'
import { expect, test } from 'vitest'
import { makeInThread } from './in-thread.ts'
import type { CrlWork } from './work.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const LATER = new Date('2026-03-08T12:00:00Z')

async function work(): Promise<CrlWork> {
  const key = await generateKey('p-256')
  const subject = nameFromText('CN=CA')
  return {
    pkcs8: key.export({ type: 'pkcs8', format: 'der' }),
    certificate: await selfSignedRoot({ subject, key: softwareSigningKey(key), now: NOW }),
    revoked: JSON.stringify([['4a0b', NOW.getTime() * 1000, 1, 0, LATER.getTime() * 1000]]),
    changed: '[]',
    number: 7n,
    thisUpdate: NOW,
    nextUpdate: LATER,
    full: { freshestCrlUrl: undefined, endsFrom: NOW },
    delta: undefined,
    shards: undefined,
  }
}

test('a CRL is built and signed in another thread', async () => {
  const order = await work()
  const { crls, thread } = await makeInThread(order)
  expect(thread).not.toBe(threadId)
  const crl = parseCrl(Buffer.from(crls[0]?.der ?? []))
  expect(crl.revoked.map(({ serialNumber }) => serialNumber.toString('hex'))).toEqual(['4a0b'])
  expect(verifyCrl(crl, parseCertificate(Buffer.from(order.certificate)).publicKey)).toBe(true)
})

test('what goes wrong there is told here', async () => {
  await expect(makeInThread({ ...(await work()), pkcs8: Buffer.from('no key') })).rejects.toThrow()
})

const usual = getPriority()

// Nobody but root may go back to a better one.
test.runIf(process.platform === 'linux' && usual < 10)(
  'the thread stands behind those that serve devices',
  async () => {
    let isMade = false
    const made = makeInThread(await work()).finally(() => {
      isMade = true
    })
    const priorities = new Set<number>()
    while (!isMade) {
      for (const priority of prioritiesOfThreads()) priorities.add(priority)
      await sleep(1)
    }
    await made
    expect(Math.max(...priorities)).toBe(10)
    expect(Math.max(...prioritiesOfThreads())).toBe(usual)
  },
)

/** Nice values, as proc_pid_stat(5) has them. */
function prioritiesOfThreads(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      const text = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1')
      return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[16])
    } catch {
      return [] // ended meanwhile
    }
  })
}
