import cluster from 'node:cluster'
import { inspect } from 'node:util'
import { StoreError } from '@chancery/store'
import { ConfigError } from '../config.ts'
import { StartError } from '../installation/start-error.ts'
import { runPrimary } from './primary.ts'
import { runWorker } from './worker.ts'

if (cluster.isPrimary) {
  try {
    await runPrimary(process.env)
    process.exit(0)
  } catch (error) {
    process.stderr.write(`${isForPeople(error) ? error.message : inspect(error)}\n`)
    process.exit(1)
  }
} else {
  await runWorker()
}

function isForPeople(error: unknown): error is Error {
  return error instanceof ConfigError || error instanceof StartError || error instanceof StoreError
}
