import pg from 'pg'

export const CONFIGURATION_CHANNEL = 'chancery_configuration'

/** A notification can get lost with its connection; the poll is what holds (design, rule 10). */
const POLL_MILLISECONDS = 1000

/** Knows the newest version of the configuration: told by NOTIFY, and by asking once a second. */
export class ConfigurationWatch {
  readonly #url: string
  readonly #ask: () => Promise<number>
  readonly #listeners = new Set<(version: number) => void>()
  readonly #timer: NodeJS.Timeout
  #version = 0
  #client: pg.Client | undefined
  #closed = false

  constructor(url: string, ask: () => Promise<number>) {
    this.#url = url
    this.#ask = ask
    this.#timer = setInterval(() => this.#poll(), POLL_MILLISECONDS)
    this.#timer.unref()
  }

  get version(): number {
    return this.#version
  }

  onChange(listener: (version: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Asks now, and connects for notifications. */
  async start(): Promise<void> {
    await this.refresh()
    await this.#listen()
  }

  async refresh(): Promise<void> {
    this.#hear(await this.#ask())
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#client?.end()
  }

  #hear(version: number): void {
    if (version <= this.#version) return
    this.#version = version
    for (const listener of this.#listeners) listener(version)
  }

  /** A database that is down for a moment is the requests' affair; here it is asked again a second later. */
  async #poll(): Promise<void> {
    try {
      if (this.#client === undefined) await this.#listen()
      await this.refresh()
    } catch {
      // It may be alive, and only the question have failed: left alone it would hold a connection for good.
      const client = this.#client
      this.#client = undefined
      client?.end().catch(() => {})
    }
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, application_name: 'chancery configuration' })
    this.#client = client
    const lost = () => {
      if (this.#client === client) this.#client = undefined
    }
    client.on('error', lost)
    client.on('end', lost)
    client.on('notification', ({ payload }) => this.#hear(Number(payload)))
    await client.connect()
    await client.query(`LISTEN ${CONFIGURATION_CHANNEL}`)
    if (this.#closed) await client.end()
  }
}
