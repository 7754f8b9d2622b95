import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { lockDataDirectory, migrate, openStore, type StoreOptions } from '@chancery/store'
import type { Logger } from 'pino'
import { AggregatorRegistry, type Registry } from 'prom-client'
import { signInUrl } from '../auth/session/sign-in-link.ts'
import { type Config, parseSettings, readSettings, type Settings } from '../config.ts'
import { type BoundAddresses, pageUrlOf, socketPath, urlOf } from '../http/listen.ts'
import { tlsFiles } from '../http/tls.ts'
import { ensureFirstAdministrator } from '../installation/first-administrator.ts'
import { ensureInstallation } from '../installation/first-start.ts'
import { keySecretOf } from '../installation/key-secret.ts'
import { StartError } from '../installation/start-error.ts'
import { ContactRecorder } from '../intune/contact-recorder.ts'
import { intuneOfProcess } from '../intune/of-process.ts'
import { type Scheduler, startJobs } from '../jobs/scheduler.ts'
import { openLog } from '../log/logger.ts'
import { installationFigures } from '../metrics/installation-figures.ts'
import { newCourier } from '../notice/new-courier.ts'
import { applySetupAtStart } from '../setup/at-start.ts'
import { KeyRing } from '../snapshot/keys.ts'
import { Upstreams } from '../upstream/upstreams.ts'
import { supervise } from './supervisor.ts'

/** Releases what was taken, last first. */
type Release = () => Promise<void> | void

/** Connections of the primary: for jobs, one after the other. */
const POOL_SIZE = 2

/**
 * The process that is started: it prepares the store, keeps the workers alive and runs the jobs. It serves no request.
 * @throws an error with a sentence when the server cannot start
 */
export async function runPrimary(env: NodeJS.ProcessEnv): Promise<void> {
  // Keys, sockets, database: nothing that this process makes is for others.
  process.umask(0o077)
  const settings = readSettings(env)
  const config = parseSettings(settings)
  const { log, flush } = openLog(config.logLevel, 'immediate')
  const releases: Release[] = [flush]
  const stop = once(async () => {
    for (const release of releases.toReversed()) await release()
  })
  const signal = nextSignal()
  try {
    await start(settings, config, log, releases)
  } catch (error) {
    await stop()
    throw error
  }
  log.info({ signal: await signal }, 'stopping')
  await stop()
}

async function start(settings: Settings, config: Config, log: Logger, releases: Release[]): Promise<void> {
  makeDataDirectory(config)
  const lock = lockDataDirectory(config.dataDir)
  releases.push(() => lock.release())
  if (config.tls !== undefined) checkTls(config.tls, log)
  const keySecret = keySecretOf(config)
  const now = () => new Date()
  const options: StoreOptions = {
    url: config.database.url.reveal(),
    keySecret,
    now,
    role: 'primary',
    poolSize: POOL_SIZE,
  }
  await migrate(options)
  const store = await openStore(options)
  releases.push(() => store.close())
  const { caKey, raKey, publicUrl } = config
  await ensureInstallation(store, { caKey, raKey, publicUrl, now: now() }, log)
  if (config.setup !== undefined) {
    await applySetupAtStart(config.setup, store, { publicUrl, now, env: process.env }, log)
  }
  const courier = newCourier(config, now)
  releases.push(() => courier.stop())
  const firstSignIn = await ensureFirstAdministrator(store, now(), log)
  const contacts = new ContactRecorder(store, log)
  releases.push(() => contacts.flush())
  const { vouching, revocationSource } = intuneOfProcess(config, contacts, now)
  const jobs: Scheduler = await startJobs({
    store,
    keys: new KeyRing(),
    upstreams: new Upstreams({ now, log }),
    courier,
    vouching,
    revocationSource,
    log,
    now,
    publicUrl,
  })
  releases.push(() => jobs.stop())
  const figures = installationFigures(store, now)
  const bound = await startWorkers({ settings, config, keySecret, log, figures }, releases)
  if (firstSignIn !== undefined) {
    const url = signInUrl(pageUrlOf(bound, config), firstSignIn)
    process.stdout.write(`first administrator: sign in as admin once, within 24 hours, at ${url}\n`)
  }
}

interface WorkersOptions {
  readonly settings: Settings
  readonly config: Config
  readonly keySecret: Buffer
  readonly log: Logger
  /** Of the installation as a whole. */
  readonly figures: Registry
}

async function startWorkers(
  { settings, config, keySecret, log, figures }: WorkersOptions,
  releases: Release[],
): Promise<BoundAddresses> {
  const socket = socketPath(config)
  // Left by a killed server; the lock says that no other one is listening on it.
  if (socket !== undefined) rmSync(socket, { force: true })
  const registry = new AggregatorRegistry()
  const workers = supervise({
    count: config.workers,
    start: { chancery: 'start', settings, keySecret: keySecret.toString('base64') },
    metrics: async () => `${await registry.clusterMetrics()}\n${await figures.metrics()}`,
    onReady: () => socket !== undefined && chmodSync(socket, 0o600),
    log,
  })
  releases.push(() => workers.stop())
  const bound = await workers.ready
  if (config.publicUrl === undefined) {
    log.warn('CHANCERY_PUBLIC_URL is not set: no CRL, OCSP or CA certificate URL goes into certificates')
  }
  if (bound.adminListen !== undefined) log.info({ url: urlOf(bound.adminListen, config) }, 'administration listens')
  process.stdout.write(`chancery listening on ${urlOf(bound.listen, config)}\n`)
  return bound
}

function makeDataDirectory({ dataDir }: Config): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new StartError(`The data directory ${dataDir} cannot be made. Correct CHANCERY_DATA_DIR.`, { cause })
  }
}

function checkTls(files: NonNullable<Config['tls']>, log: Logger): void {
  try {
    tlsFiles(files, log)
  } catch (cause) {
    throw new StartError('CHANCERY_TLS_CERT and CHANCERY_TLS_KEY are no certificate and key that belong together.', {
      cause,
    })
  }
}

/** Also while it is still starting: then it stops as soon as it has started. */
function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => resolve(name))
  })
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
