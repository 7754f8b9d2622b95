import type {
  Configuration,
  FirstInstallation,
  NextIssuer,
  RaProfileChange,
  ScepProfileChange,
  SteppingBack,
} from '@chancery/ra'
import { fromFlag } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { type Statement, slot, statement, type Value } from '../statement.ts'
import type { Write } from '../unit.ts'
import { installationUnit, sealStaticChallenge } from './install.ts'
import { loadConfiguration } from './load.ts'
import { switchOver, withdraw, writeNextIssuer } from './next-issuer.ts'
import { type NewRaCertificate, promote, retire, writeRaCertificate } from './ra-certificate.ts'
import { raiseVersion } from './version.ts'

export type ConfigurationOutcome =
  | { readonly status: 'changed'; readonly version: number }
  /** The configuration is no longer the version that was expected: load it and decide again. */
  | { readonly status: 'stale' }
  /** The row is not there, or not in the state that the change starts from. */
  | { readonly status: 'conflict' }

export interface ConfigurationStore {
  /** 0 while nothing is installed. SQLite reads it; PostgreSQL hears of changes and answers from memory. */
  version(): number
  load(): Promise<Configuration>
  /** False when there is an installation already, even one that another node makes at this moment. */
  install(first: FirstInstallation): Promise<boolean>
  updateScepProfile(uuid: string, change: ScepProfileChange, expectedVersion?: number): Promise<ConfigurationOutcome>
  updateRaProfile(uuid: string, change: RaProfileChange, expectedVersion?: number): Promise<ConfigurationOutcome>
  /** As `next`. With a lease: only while it is held. */
  addRaCertificate(added: NewRaCertificate, expectedVersion?: number, lease?: Lease): Promise<ConfigurationOutcome>
  /** `next` → `current`, and the one that was current → `retired`. */
  promoteRaCertificate(
    uuid: string,
    decryptsUntil: Date,
    expectedVersion?: number,
    lease?: Lease,
  ): Promise<ConfigurationOutcome>
  retireRaCertificate(uuid: string, decryptsUntil: Date, expectedVersion?: number): Promise<ConfigurationOutcome>
  /** A next generation with its RA certificates. */
  addNextIssuer(added: NextIssuer, expectedVersion: number): Promise<ConfigurationOutcome>
  /** Issuer `next` → `current`, and the one that was current → `retired`. With a lease: only while it is held. */
  switchOver(change: SteppingBack, expectedVersion: number, lease?: Lease): Promise<ConfigurationOutcome>
  /** Issuer `next` → `withdrawn`; `conflict` when it has issued something to a device. */
  withdrawNextIssuer(change: SteppingBack, expectedVersion: number): Promise<ConfigurationOutcome>
  onChange(listener: (version: number) => void): () => void
}

export function configurationStore(driver: Driver, keys: StoreKeys, now: () => Date): ConfigurationStore {
  const change = async (expectedVersion: number | undefined, writes: Write[]): Promise<ConfigurationOutcome> => {
    const result = await driver.commit({
      sequential: true,
      announce: true,
      // Raised first: of two changes the second waits here, and sees what the first one did.
      writes: [raiseVersion(expectedVersion), ...writes],
    })
    if (result.status === 'conflict') return { status: result.on === 'configuration' ? 'stale' : 'conflict' }
    return { status: 'changed', version: Number(result.returned) }
  }
  return {
    version: () => driver.configurationVersion(),
    load: () => loadConfiguration(driver, keys),
    async install(first) {
      const { status } = await driver.commit(installationUnit(keys, first, now()))
      return status === 'committed'
    },
    updateScepProfile: (uuid, changes, expected) => change(expected, [writeScepProfile(keys, uuid, changes)]),
    updateRaProfile: (uuid, { approval }, expected) =>
      change(expected, [
        { statement: setApprovalRule, values: { uuid, approval: JSON.stringify(approval) }, otherwise: 'state' },
      ]),
    addRaCertificate: (added, expected, lease) =>
      change(expected, [...requireLease(lease), ...writeRaCertificate(keys, added, now())]),
    promoteRaCertificate: (uuid, until, expected, lease) =>
      change(expected, [...requireLease(lease), ...promote(uuid, until, now())]),
    retireRaCertificate: (uuid, until, expected) => change(expected, retire(uuid, until)),
    addNextIssuer: (added, expected) => change(expected, writeNextIssuer(keys, added, now())),
    switchOver: (stepping, expected, lease) =>
      change(expected, [...requireLease(lease), ...switchOver(stepping, now())]),
    withdrawNextIssuer: (stepping, expected) => change(expected, withdraw(stepping)),
    onChange: (listener) => driver.onConfigurationChange(listener),
  }
}

/** Column of each key that may change, and how its value is written there. */
const COLUMNS: {
  readonly [Key in keyof ScepProfileChange]-?: readonly [
    column: string,
    toColumn: (value: NonNullable<Required<ScepProfileChange>[Key]>, keys: StoreKeys, uuid: string) => Value,
  ]
} = {
  description: ['description', (value) => value],
  challengeKind: ['challenge_kind', (value) => value],
  staticChallenge: ['static_challenge', (value, keys, uuid) => sealStaticChallenge(keys, uuid, value)],
  compatibility: ['compatibility', (value) => JSON.stringify(value)],
  includeCaCertificate: ['include_ca_certificate', fromFlag],
  includeCaCertificateChain: ['include_ca_certificate_chain', fromFlag],
  renewalThresholdDays: ['renewal_threshold_days', (value) => value],
  renewal: ['renewal_rule', (value) => JSON.stringify(value)],
  enrolment: ['enrolment_rule', (value) => JSON.stringify(value)],
  allowPolling: ['allow_polling', fromFlag],
  waiting: ['waiting_rule', (value) => JSON.stringify(value)],
}

/** A key that is there with null or undefined clears its column; one that is absent keeps it. */
function writeScepProfile(keys: StoreKeys, uuid: string, change: ScepProfileChange): Write {
  const set: Record<string, Value> = {}
  for (const key of Object.keys(change) as (keyof ScepProfileChange)[]) {
    const [column, toColumn] = COLUMNS[key] as readonly [
      string,
      (value: unknown, keys: StoreKeys, uuid: string) => Value,
    ]
    const value = change[key]
    set[column] = value === undefined || value === null ? null : toColumn(value, keys, uuid)
  }
  return { statement: updateOf(Object.keys(set)), values: { ...set, uuid }, otherwise: 'state' }
}

/** One for each choice of columns, not one for each change: connections keep every statement that they have prepared. */
const updates = new Map<string, Statement>()

function updateOf(columns: readonly string[]): Statement {
  const shape = columns.toSorted().join(' ')
  let update = updates.get(shape)
  if (update === undefined) {
    // The name never changes: setting it to itself makes a change without keys a valid statement.
    update = statement((db) =>
      db
        .updateTable('scep_profile')
        .set((eb) => ({
          ...Object.fromEntries(columns.map((column) => [column, slot(column)])),
          name: eb.ref('name'),
        }))
        .where('uuid', '=', slot<string>('uuid')),
    )
    updates.set(shape, update)
  }
  return update
}

const setApprovalRule = statement((db) =>
  db
    .updateTable('ra_profile')
    .set({ approval_rule: slot<string>('approval') })
    .where('uuid', '=', slot<string>('uuid')),
)
