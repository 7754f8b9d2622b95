import { readFileSync } from 'node:fs'
import { BlockList } from 'node:net'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { KEY_KINDS, type KeyKind } from '@chancery/ca'
import type { IntuneEndpoints } from '@chancery/ra'
import { Secret } from '@chancery/scep'
import { parse } from 'yaml'
import { OIDC_VARIABLES, type OidcSettings, readOidc } from './auth/oidc/settings.ts'
import { addNetwork } from './http/network.ts'
import { INTUNE_VARIABLES, readIntuneOverrides } from './intune/overrides.ts'
import { readSecretSetting } from './secret-setting.ts'
import { readSmtp, type SmtpConfig } from './smtp-config.ts'

/** Address of a listener; port 0 picks a free one. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

export interface Config {
  readonly listen: ListenAddress
  /** A listener of its own for administration and metrics. */
  readonly adminListen: ListenAddress | undefined
  /** Absolute. */
  readonly dataDir: string
  readonly database: { readonly kind: 'sqlite' | 'postgres'; readonly url: Secret }
  /** Without a trailing slash. */
  readonly publicUrl: string | undefined
  /** Paths of PEM files. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined
  readonly trustedProxies: BlockList | undefined
  readonly workers: number
  readonly caKey: KeyKind
  readonly raKey: RaKeyKind
  readonly keySecret: Secret | undefined
  readonly adminToken: Secret | undefined
  /** An identity provider that signs people in. */
  readonly oidc: OidcSettings | undefined
  /** Path of a file of authorities and profiles, applied at start. */
  readonly setup: string | undefined
  /** Where Microsoft is to be found, whatever the cloud of a profile. */
  readonly intune: Partial<IntuneEndpoints>
  readonly logLevel: string
  /** Undefined: no mails are sent. */
  readonly smtp: SmtpConfig | undefined
}

/** Everything that is wrong, without the values: there may be secrets among them. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/** Text of every variable that is set; environment and file are one by then. */
export type Settings = Readonly<Partial<Record<Variable, string>>>

type Variable = (typeof VARIABLES)[number]

const VARIABLES = [
  'CHANCERY_LISTEN',
  'CHANCERY_DATA_DIR',
  'CHANCERY_DATABASE_URL',
  'CHANCERY_PUBLIC_URL',
  'CHANCERY_TLS_CERT',
  'CHANCERY_TLS_KEY',
  'CHANCERY_ADMIN_LISTEN',
  'CHANCERY_TRUSTED_PROXIES',
  'CHANCERY_WORKERS',
  'CHANCERY_CA_KEY',
  'CHANCERY_RA_KEY',
  'CHANCERY_KEY_SECRET',
  'CHANCERY_KEY_SECRET_FILE',
  'CHANCERY_ADMIN_TOKEN',
  ...OIDC_VARIABLES,
  'CHANCERY_SETUP',
  ...INTUNE_VARIABLES,
  'CHANCERY_SMTP_URL',
  'CHANCERY_SMTP_FROM',
  'CHANCERY_LOG',
] as const

/** `ca`: the CA opens messages and signs replies itself, without an RA certificate. */
const RA_KEYS = ['rsa-2048', 'ca'] as const
export type RaKeyKind = (typeof RA_KEYS)[number]

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
/** More processes writing one SQLite file wait for each other more than they serve (design, rule 1). */
const MOST_WORKERS_ON_SQLITE = 4
const MOST_WORKERS = 128
const SHORTEST_TOKEN = 32
const SHORTEST_KEY_SECRET = 16

/** The environment over the file that it names. @throws {ConfigError} */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const faults: string[] = []
  const path = env.CHANCERY_CONFIG
  const fromFile = path === undefined || path === '' ? {} : readSettingsFile(path, faults)
  const settings: Partial<Record<Variable, string>> = {}
  for (const name of VARIABLES) {
    const value = env[name] ?? fromFile[name]
    if (value !== undefined && value !== '') settings[name] = value
  }
  const broken = faultsOf(settings)
  if (faults.length + broken.length > 0) throw new ConfigError([...faults, ...broken])
  return settings
}

/** @throws {ConfigError} with every fault at once */
export function parseSettings(settings: Settings): Config {
  return read(settings, (fault) => {
    throw new ConfigError([fault])
  })
}

function faultsOf(settings: Settings): string[] {
  const faults: string[] = []
  read(settings, (fault) => faults.push(fault))
  return faults
}

function read(settings: Settings, fault: (text: string) => void): Config {
  const { CHANCERY_DATABASE_URL: databaseUrl } = settings
  const dataDir = resolve(settings.CHANCERY_DATA_DIR ?? './data')
  const isPostgres = databaseUrl !== undefined
  if (isPostgres && !/^postgres(ql)?:\/\/\S+$/.test(databaseUrl)) {
    fault(
      'CHANCERY_DATABASE_URL: write postgres://user@host/database, or leave it out for SQLite in the data directory',
    )
  }
  const keySecret = readKeySecret(settings, fault)
  if (isPostgres && !settings.CHANCERY_KEY_SECRET && !settings.CHANCERY_KEY_SECRET_FILE) {
    fault('CHANCERY_KEY_SECRET (or CHANCERY_KEY_SECRET_FILE): required with PostgreSQL, the same on every node')
  }
  return {
    listen: readAddress('CHANCERY_LISTEN', settings.CHANCERY_LISTEN ?? '127.0.0.1:8080', fault),
    adminListen: settings.CHANCERY_ADMIN_LISTEN
      ? readAddress('CHANCERY_ADMIN_LISTEN', settings.CHANCERY_ADMIN_LISTEN, fault)
      : undefined,
    dataDir,
    database: isPostgres
      ? { kind: 'postgres', url: new Secret(databaseUrl) }
      : { kind: 'sqlite', url: new Secret(`sqlite:${join(dataDir, 'chancery.sqlite')}`) },
    publicUrl: readPublicUrl(settings.CHANCERY_PUBLIC_URL, fault),
    tls: readTls(settings, fault),
    trustedProxies: readNetworks(settings.CHANCERY_TRUSTED_PROXIES, fault),
    workers: readWorkers(settings.CHANCERY_WORKERS, isPostgres ? MOST_WORKERS : MOST_WORKERS_ON_SQLITE, fault),
    caKey: readChoice(
      'CHANCERY_CA_KEY',
      settings.CHANCERY_CA_KEY ?? 'rsa-3072',
      Object.keys(KEY_KINDS),
      fault,
    ) as KeyKind,
    raKey: readChoice('CHANCERY_RA_KEY', settings.CHANCERY_RA_KEY ?? 'rsa-2048', RA_KEYS, fault) as RaKeyKind,
    keySecret,
    adminToken: readToken(settings.CHANCERY_ADMIN_TOKEN, fault),
    oidc: readOidc(settings, fault),
    setup: readSetup(settings.CHANCERY_SETUP, fault),
    intune: readIntuneOverrides(settings, fault),
    logLevel: readChoice('CHANCERY_LOG', settings.CHANCERY_LOG ?? 'info', LOG_LEVELS, fault),
    smtp: readSmtp({ url: settings.CHANCERY_SMTP_URL, from: settings.CHANCERY_SMTP_FROM }, fault),
  }
}

type Fault = (text: string) => void

function readSettingsFile(path: string, faults: string[]): Settings {
  let content: unknown
  try {
    content = parse(readFileSync(path, 'utf8')) ?? {}
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code !== undefined && !(error as { linePos?: unknown }).linePos
    faults.push(`CHANCERY_CONFIG: the file ${isMissing ? 'cannot be read' : 'is not YAML'}`)
    return {}
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    faults.push('CHANCERY_CONFIG: the file must be a map from variable to value')
    return {}
  }
  const settings: Partial<Record<Variable, string>> = {}
  for (const [name, value] of Object.entries(content)) {
    if (!(VARIABLES as readonly string[]).includes(name)) {
      faults.push(`CHANCERY_CONFIG: ${printable(name)} is no variable of this server`)
    } else {
      const text = textOf(value)
      if (text === undefined) faults.push(`${name}: the file must give text, a number or a list of texts`)
      else settings[name as Variable] = text
    }
  }
  return settings
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',')
  return value === null ? '' : undefined
}

function printable(name: string): string {
  return JSON.stringify(name.slice(0, 60))
}

function readAddress(name: Variable, text: string, fault: Fault): ListenAddress {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(text)
  const port = Number(found?.[3])
  if (found === null || port > 65_535) {
    fault(`${name}: write address:port, such as 127.0.0.1:8080 or [::1]:8080`)
    return { host: '127.0.0.1', port: 0 }
  }
  return { host: (found[1] ?? found[2]) as string, port }
}

function readPublicUrl(text: string | undefined, fault: Fault): string | undefined {
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isBase = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === ''
  if (!isBase || url.username !== '' || url.password !== '') {
    fault('CHANCERY_PUBLIC_URL: write http://host or https://host, without user, query or fragment')
    return undefined
  }
  return url.href.replace(/\/+$/, '')
}

function readTls(settings: Settings, fault: Fault): Config['tls'] {
  const { CHANCERY_TLS_CERT: certificate, CHANCERY_TLS_KEY: key } = settings
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined) fault('CHANCERY_TLS_CERT: missing beside CHANCERY_TLS_KEY')
  else if (!isReadable(certificate)) fault('CHANCERY_TLS_CERT: the file cannot be read')
  if (key === undefined) fault('CHANCERY_TLS_KEY: missing beside CHANCERY_TLS_CERT')
  else if (!isReadable(key)) fault('CHANCERY_TLS_KEY: the file cannot be read')
  return certificate === undefined || key === undefined ? undefined : { certificate, key }
}

function isReadable(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}

function readNetworks(text: string | undefined, fault: Fault): BlockList | undefined {
  if (text === undefined) return undefined
  const networks = new BlockList()
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== '')) {
    if (!addNetwork(networks, entry)) {
      fault('CHANCERY_TRUSTED_PROXIES: write networks as address/length, separated by commas, such as 10.0.0.0/8')
      return undefined
    }
  }
  return networks
}

function readWorkers(text: string | undefined, most: number, fault: Fault): number {
  if (text === undefined) return Math.min(availableParallelism(), most)
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (number >= 1 && number <= most) return number
  fault(`CHANCERY_WORKERS: write a number from 1 to ${most}${most === MOST_WORKERS ? '' : ' (the most with SQLite)'}`)
  return 1
}

function readChoice(name: Variable, text: string, choices: readonly string[], fault: Fault): string {
  if (choices.includes(text)) return text
  fault(`${name}: use one of ${choices.join(', ')}`)
  return choices[0] as string
}

function readToken(text: string | undefined, fault: Fault): Secret | undefined {
  if (text === undefined) return undefined
  if (text.length < SHORTEST_TOKEN) fault(`CHANCERY_ADMIN_TOKEN: at least ${SHORTEST_TOKEN} characters`)
  else if (/[^\x21-\x7e]/.test(text)) fault('CHANCERY_ADMIN_TOKEN: printable ASCII without blanks')
  return new Secret(text)
}

function readSetup(path: string | undefined, fault: Fault): string | undefined {
  if (path !== undefined && !isReadable(path)) fault('CHANCERY_SETUP: the file cannot be read')
  return path
}

function readKeySecret(settings: Settings, fault: Fault): Secret | undefined {
  const { CHANCERY_KEY_SECRET: inline, CHANCERY_KEY_SECRET_FILE: path } = settings
  const found = readSecretSetting({ name: 'CHANCERY_KEY_SECRET', inline, path }, fault)
  if (found !== undefined && found.secret.reveal().length < SHORTEST_KEY_SECRET) {
    fault(`${found.name}: at least ${SHORTEST_KEY_SECRET} characters`)
  }
  return found?.secret
}
