import { Worker } from 'node:worker_threads'
import type { CrlWork, MadeCrl } from './work.ts'

export interface Made {
  readonly crls: readonly MadeCrl[]
  /** Where they were made. */
  readonly thread: number
}

/** Has CRLs built and signed in a thread of their own, so that no list, however long, holds the loop (design, rule 14). */
export async function makeInThread(work: CrlWork): Promise<Made> {
  // Without the options of the process: those may be of a test runner or a debugger.
  const thread = new Worker(new URL('./thread.ts', import.meta.url), { workerData: work, execArgv: [] })
  try {
    return await new Promise<Made>((resolve, reject) => {
      thread.once('message', resolve)
      thread.once('error', reject)
      thread.once('exit', (code) => reject(new Error(`the thread that makes CRLs ended with code ${code}`)))
    })
  } finally {
    await thread.terminate()
  }
}
