import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setStaticChallenge } from '../../tests/admin.ts'
import { enrol, fetchCa, newDevice, sealEnrolment } from '../../tests/device.ts'
import type { TestServer } from '../../tests/server.ts'
import { CHALLENGE, SCEP_PATH, startBenchServer } from '../bench-server.ts'
import type { NewStore } from '../inventory/both-databases.ts'
import type { BenchDatabase } from '../inventory/database.ts'
import { nameOf, type Sample } from '../inventory/fill.ts'
import { sampleIn } from '../inventory/sample.ts'
import { WorkloadMaker } from '../workload.ts'

/** A server with requests made for it, whose store can be looked at and filled while it stands still. */
export interface Side {
  readonly server: TestServer
  readonly maker: WorkloadMaker
  /** Stops the server for the work, and starts it again. */
  standingStill<Result>(work: (database: BenchDatabase, sample: Sample) => Promise<Result>): Promise<Result>
  discard(): Promise<void>
}

/** A first installation with RSA-2048 CA and RA, on which one certificate was issued. */
export async function newSide(newStore: NewStore): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-bench-loaded-'))
  const dataDir = join(folder, 'data')
  const { env, open } = await newStore()
  const server = await startBenchServer({ dataDir, env: { CHANCERY_CA_KEY: 'rsa-2048', ...env } })
  await setStaticChallenge(server, CHALLENGE)
  const ca = await fetchCa(server.url)
  const device = await newDevice()
  await enrol(server.url, await sealEnrolment(device, ca, { subject: `CN=${nameOf(0)}`, challenge: CHALLENGE }), ca)
  const maker = new WorkloadMaker(folder, {
    recipient: ca.recipient.der.toString('base64'),
    challenge: CHALLENGE,
    host: '127.0.0.1',
    path: SCEP_PATH,
  })
  return {
    server,
    maker,
    async standingStill(work) {
      await server.stop()
      const database = await open(dataDir)
      try {
        return await work(database, await sampleIn(database))
      } finally {
        await database.close()
        await server.restart()
      }
    },
    async discard() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
