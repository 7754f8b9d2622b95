import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Certificate, parseCertificate } from '@chancery/pki'
import { parseCaCertificates } from '@chancery/scep'
import { setStaticChallenge } from '../tests/admin.ts'
import { startServer, type TestServer, type TestServerOptions } from '../tests/server.ts'

export const CHALLENGE = 'bench-static-challenge-0123456789'
export const SCEP_PATH = '/scep/default/pkiclient.exe'

/** A first installation with RSA-2048 CA and RA and a static challenge, whose data directory other servers start from. */
export interface Template {
  readonly dataDirectory: string
  readonly caCertificates: readonly Certificate[]
  readonly recipient: Certificate
}

export async function makeTemplate(): Promise<Template> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'chancery-bench-'))
  const server = await startBenchServer({ dataDir: dataDirectory, env: { CHANCERY_CA_KEY: 'rsa-2048' } })
  await setStaticChallenge(server, CHALLENGE)
  const answer = await fetch(`${server.url}${SCEP_PATH}?operation=GetCACert`)
  const body = Buffer.from(await answer.arrayBuffer())
  await server.stop()
  const caCertificates = parseCaCertificates(body, answer.headers.get('content-type') ?? '')
  const [recipient] = caCertificates
  if (recipient === undefined) throw new Error('the server published no certificate')
  return { dataDirectory, caCertificates: caCertificates.map((one) => parseCertificate(one.der)), recipient }
}

/** As it is when nobody sets how many processes serve: as many as there are processors. */
export function startBenchServer({ env, ...options }: TestServerOptions): Promise<TestServer> {
  return startServer({ ...options, env: { CHANCERY_WORKERS: String(availableParallelism()), ...env } })
}

/** A server on a copy of the template's store. */
export async function startOnCopy(template: Template): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chancery-bench-'))
  cpSync(template.dataDirectory, dataDir, { recursive: true, filter: (path) => !path.endsWith('.sock') })
  return startBenchServer({ dataDir, env: { CHANCERY_LOG: process.env.BENCH_LOG ?? 'info' } })
}

export async function discard(server: TestServer): Promise<void> {
  await server.stop()
  rmSync(server.dataDir, { recursive: true, force: true })
}
