import { parentPort, threadId, workerData } from 'node:worker_threads'
import { type CrlWork, makeCrls } from './work.ts'

/** The other side of `in-thread.ts`: one piece of work, then the thread ends. */
const crls = await makeCrls(workerData as CrlWork)
parentPort?.postMessage({ crls, thread: threadId })
