import { randomUUID } from 'node:crypto'
import type { AuditEvent, Certificate, IssuedCertificate, JobRun } from '@chancery/api'
import { generateKey } from '@chancery/ca'
import {
  buildCertificationRequest,
  encodePem,
  nameFromText,
  nameToText,
  parseCertificate,
  parseCrl,
  serialToHex,
  softwareSigningKey,
} from '@chancery/pki'
import { type IntuneRule, type ScepProfile, Secret } from '@chancery/ra'
import { type TestApp, testApp } from '../apps/server/src/testing/test-app.ts'
import type { Driver } from '../packages/store/src/driver.ts'
import { vouchFor } from '../packages/store/src/testing/vouched.ts'
import type { FakeIntune } from './fake-intune.ts'
import { obstructRevocation } from './obstruct.ts'
import type { TestDatabase } from './store.ts'

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'
const KEY_SECRET = 'a secret of the test, long enough'
const JOB = '/scheduler/jobs/updateIntuneRevocationRequestsJob'

const RULE: IntuneRule = {
  tenant: 'contoso.example',
  applicationId: '00000000-0000-0000-0000-000000000001',
  cloud: 'public',
  endpoints: null,
  credential: 'secret',
  certificate: null,
  assertionAlgorithm: 'PS256',
  secretExpiresAt: null,
  whenUnreachable: 'unavailable',
  revocationReason: 5,
  revocationFilter: 'none',
}

export interface Device {
  readonly uuid: string
  /** As Intune was told. */
  readonly serial: string
  /** RFC 4514. */
  readonly issuer: string
}

/** A server with an Intune profile for each name, and whom each of them speaks to. */
export class TakenBack {
  readonly server: TestApp
  readonly driver: Driver

  constructor(server: TestApp, driver: Driver) {
    this.server = server
    this.driver = driver
  }

  /** @param profiles the first one is `default`, which is there already */
  static async open(
    database: TestDatabase,
    dialect: 'sqlite' | 'postgres',
    profiles: Readonly<Record<string, FakeIntune | string>>,
  ): Promise<TakenBack> {
    const where =
      dialect === 'sqlite'
        ? {}
        : { CHANCERY_DATABASE_URL: (await database.empty()).url, CHANCERY_KEY_SECRET: KEY_SECRET }
    const server = await testApp({ ...where, CHANCERY_ADMIN_TOKEN: TOKEN }, undefined, ({ name }) => {
      const source = profiles[name]
      if (source === undefined || typeof source === 'string') throw new Error(source)
      return source
    })
    const url = databaseOf(server)
    const driver = await database.driver({ url, keySecret: Buffer.alloc(32, 7), now: () => server.clock.now })
    const taken = new TakenBack(server, driver)
    await taken.#addProfiles(Object.keys(profiles))
    return taken
  }

  async #addProfiles(names: readonly string[]): Promise<void> {
    const { configuration } = await this.server.context.snapshots.current()
    const [first] = configuration.scepProfiles as [ScepProfile]
    const intune = { challengeKind: 'intune', intune: RULE, intuneKey: new Secret('a client secret') } as const
    const { id: _, isDefault: __, defaultRaProfileId: ___, ...fields } = first
    const added = names.filter((name) => name !== first.name)
    await this.server.store.configuration.edit([
      { edit: 'setScepProfile', uuid: first.uuid, change: intune },
      ...added.map((name) => ({
        edit: 'addScepProfile' as const,
        scepProfile: { ...fields, ...intune, uuid: randomUUID(), name, defaultRaProfileUuid: null },
      })),
    ])
    await this.server.context.snapshots.refresh()
  }

  async call<Body>(method: 'GET' | 'PUT' | 'POST', path: string, payload?: object): Promise<Body> {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const answer = await this.server.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: HTTP ${answer.statusCode} ${answer.body}`)
    return answer.json() as Body
  }

  /** With a certificate through a profile; nobody vouched for it. */
  async device(): Promise<Device> {
    const { configuration } = await this.server.context.snapshots.current()
    const key = softwareSigningKey(await generateKey('p-256'))
    const csr = await buildCertificationRequest({ subject: nameFromText(`CN=${randomUUID()}`), key })
    const path = `/raProfiles/${configuration.raProfiles[0]?.uuid}/certificates`
    const body = { csr: encodePem('CERTIFICATE REQUEST', csr) }
    const { certificateUuid: uuid } = await this.call<IssuedCertificate>('POST', path, body)
    const [found] = await this.server.store.revocations.find({ uuid: uuid ?? '' })
    const { serialNumber, issuer } = parseCertificate(found?.der ?? Buffer.alloc(0))
    return { uuid: uuid ?? '', serial: serialToHex(serialNumber).toUpperCase(), issuer: nameToText(issuer) }
  }

  /** A device that Intune vouched for through a profile. */
  async vouched({ voucher }: FakeIntune, profile = 'default', toldSerial?: string): Promise<Device> {
    const device = await this.device()
    const { uuid: certificate, serial, issuer: toldIssuer } = device
    const endpoint = `scepProfile/${profile}`
    await vouchFor(this.driver, { certificate, voucher, toldSerial: toldSerial ?? serial, toldIssuer, endpoint })
    return device
  }

  async later(minutes: number): Promise<void> {
    this.server.clock.now = new Date(this.server.clock.now.getTime() + minutes * 60_000)
    await this.server.runJobs()
  }

  /** @returns the run, as the history has it */
  async runNow(): Promise<JobRun> {
    const { uuid } = await this.call<JobRun>('POST', `${JOB}/run`)
    await this.later(0)
    return this.call<JobRun>('GET', `/scheduler/runs/${uuid}`)
  }

  async runs(): Promise<JobRun[]> {
    return (await this.call<{ runs: JobRun[] }>('GET', `${JOB}/runs`)).runs
  }

  async standing({ uuid }: Device): Promise<string> {
    const { state, revocationReason } = await this.call<Certificate>('GET', `/certificates/${uuid}`)
    return revocationReason === null ? state : `${state}: ${revocationReason}`
  }

  async isOnCrl({ serial }: Device): Promise<boolean> {
    await this.later(0)
    const { revoked } = parseCrl((await this.server.store.crls.newest(1))?.der ?? Buffer.alloc(0))
    return revoked.some(({ serialNumber }) => serialToHex(serialNumber).toUpperCase() === serial)
  }

  obstructed(): Promise<{ lift(): Promise<void> }> {
    return obstructRevocation(databaseOf(this.server))
  }

  async revocationsInAudit({ uuid }: Device): Promise<AuditEvent[]> {
    const path = `/auditLogs?action=certificate.revoke&objectUuid=${uuid}`
    return (await this.call<{ events: AuditEvent[] }>('GET', path)).events
  }

  /** As an administrator does. */
  async revoke({ uuid }: Device, reason: string): Promise<void> {
    await this.call('PUT', `/certificates/${uuid}/revoke`, { reason })
  }

  async disable(profile: string): Promise<void> {
    const { configuration } = await this.server.context.snapshots.current()
    const { uuid = '' } = configuration.scepProfiles.find(({ name }) => name === profile) ?? {}
    await this.server.store.configuration.edit([{ edit: 'setScepProfile', uuid, change: { enabled: false } }])
  }
}

function databaseOf({ context }: TestApp): string {
  return context.config.database.url.reveal()
}
