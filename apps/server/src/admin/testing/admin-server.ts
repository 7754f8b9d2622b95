import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, newSerialNumber, prepare, RA_CERTIFICATE_TEMPLATE, selfSignedRoot, sign } from '@chancery/ca'
import { nameFromText, parseCertificate, publicKeyInfoOf, softwareSigningKey } from '@chancery/pki'
import {
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_KEY_RULES,
  DEFAULT_SUBJECT_RULES,
  type FirstInstallation,
  Secret,
  uuidV7,
} from '@chancery/ra'
import { migrate, openStore, type Store } from '@chancery/store'
import { type FastifyInstance, fastify } from 'fastify'
import { pino } from 'pino'
import type { Trust } from '../../auth/caller.ts'
import type { ServerContext } from '../../context.ts'
import { snapshotSource } from '../../snapshot/source.ts'
import { registerAdmin } from '../routes.ts'

/** For tests: the admin routes over a real SQLite store with a first installation in it. */
export interface AdminServer {
  readonly app: FastifyInstance
  readonly store: Store
  readonly context: ServerContext
  /** UUID of the profile `default`. */
  readonly uuid: string
  /** SHA-256 of the CA certificate. */
  readonly caFingerprint: string
  /** Lines of the log so far. */
  readonly log: string[]
  /** One call, with the token unless other headers are given. */
  call(
    method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
  readonly body: unknown
}

export const TOKEN = 'a-token-for-tests-of-more-than-32-characters'

export async function startAdminServer(
  trust: Trust = 'token',
  { publicUrl }: { publicUrl?: string } = {},
): Promise<AdminServer> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-admin-'))
  const now = () => new Date()
  const options = { url: `sqlite:${join(folder, 'test.sqlite')}`, keySecret: randomBytes(32), now }
  await migrate(options)
  const store = await openStore(options)
  installation ??= newInstallation(now())
  const first = await installation
  await store.configuration.install(first)
  const log: string[] = []
  const context = {
    config: { adminToken: new Secret(TOKEN), publicUrl, workers: 1 },
    store,
    snapshots: snapshotSource(store, { publicUrl: undefined, now }),
    log: pino({ level: 'info' }, { write: (line: string) => log.push(line) }),
    now,
    baseUrl: () => 'http://127.0.0.1:8080',
    pageUrl: () => 'http://127.0.0.1:8080',
  } as unknown as ServerContext
  const app = fastify()
  registerAdmin(app, context, trust)
  await app.ready()
  return {
    app,
    store,
    context,
    log,
    uuid: first.scepProfile.uuid,
    caFingerprint: parseCertificate(first.issuer.certificate).digest().toString('hex'),
    async call(method, path, body, headers = { authorization: `Bearer ${TOKEN}` }) {
      const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      const answer = await app.inject({ method, url: `/api${path}`, headers: { ...type, ...headers }, ...payload })
      return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: parse(answer.body) }
    },
    async close() {
      await app.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Keys take a second, and no test changes them. */
let installation: Promise<FirstInstallation> | undefined

async function newInstallation(now: Date): Promise<FirstInstallation> {
  const caKey = await generateKey('p-256')
  const raKey = await generateKey('rsa-2048')
  const key = softwareSigningKey(caKey)
  const root = await selfSignedRoot({ subject: nameFromText('CN=Test CA'), key, now })
  const issuer = { certificate: parseCertificate(root), key }
  const serialNumber = newSerialNumber()
  const prepared = prepare({
    template: RA_CERTIFICATE_TEMPLATE,
    subject: nameFromText('CN=Test RA'),
    subjectAltNames: [],
    publicKey: publicKeyInfoOf(raKey),
    issuer,
    serialNumber,
    now,
  })
  const pkcs8 = (from: typeof caKey) => ({
    kind: 'software' as const,
    pkcs8: from.export({ type: 'pkcs8', format: 'der' }),
  })
  return {
    authority: { uuid: uuidV7(now), name: 'default', kind: 'built-in' },
    issuer: { certificate: root, chain: [], privateKey: pkcs8(caKey) },
    raProfile: {
      uuid: uuidV7(now),
      name: 'default',
      description: null,
      enabled: true,
      certificate: DEFAULT_CERTIFICATE_SETTINGS,
      subject: DEFAULT_SUBJECT_RULES,
      keys: DEFAULT_KEY_RULES,
    },
    scepProfile: {
      uuid: uuidV7(now),
      name: 'default',
      description: null,
      enabled: true,
      isDefault: true,
      challengeKind: 'one-time',
      staticChallenge: undefined,
      compatibility: { profile: 'default', overrides: {} },
      includeCaCertificate: false,
      includeCaCertificateChain: false,
      renewalThresholdDays: null,
      allowPolling: false,
    },
    raCertificate: {
      uuid: uuidV7(now),
      certificate: await sign(prepared, key),
      privateKey: pkcs8(raKey),
      serialNumber,
      notBefore: prepared.notBefore,
      notAfter: prepared.notAfter,
    },
  }
}
