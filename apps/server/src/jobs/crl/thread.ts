import { setPriority } from 'node:os'
import { parentPort, threadId, workerData } from 'node:worker_threads'
import type { CrlWork } from './work.ts'

/** Nice values: against processes that serve it then gets a tenth of an equal share, and a long list is still made in seconds. */
const BEHIND_DEVICES = 10

/** The other side of `in-thread.ts`: one piece of work, then the thread ends. */
giveWay()
const { makeCrls } = await import('./work.ts')
const crls = await makeCrls(workerData as CrlWork)
parentPort?.postMessage({ crls, thread: threadId })

/** Where all processors are busy, devices come first. Linux has a priority for each thread; elsewhere it is the process's. */
function giveWay(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(BEHIND_DEVICES)
  } catch {
    // Where that is forbidden a CRL is made all the same.
  }
}
