import type {
  AuditEvent,
  Configuration,
  ConfigurationEdit,
  FirstInstallation,
  NextIssuer,
  SteppingBack,
} from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import type { Write } from '../unit.ts'
import { writesOf } from './edit/writes.ts'
import { installationUnit } from './install.ts'
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
  install(first: FirstInstallation, audit?: readonly AuditEvent[]): Promise<boolean>
  /** All of them or none, in one version, with the events that tell of it. With a lease: only while it is held. */
  edit(
    edits: readonly ConfigurationEdit[],
    expectedVersion?: number,
    lease?: Lease,
    audit?: readonly AuditEvent[],
  ): Promise<ConfigurationOutcome>
  /** As `next`. With a lease: only while it is held. */
  addRaCertificate(
    added: NewRaCertificate,
    expectedVersion?: number,
    lease?: Lease,
    audit?: readonly AuditEvent[],
  ): Promise<ConfigurationOutcome>
  /** `next` → `current`, and the one that was current → `retired`. */
  promoteRaCertificate(
    uuid: string,
    decryptsUntil: Date,
    expectedVersion?: number,
    lease?: Lease,
    audit?: readonly AuditEvent[],
  ): Promise<ConfigurationOutcome>
  retireRaCertificate(uuid: string, decryptsUntil: Date, expectedVersion?: number): Promise<ConfigurationOutcome>
  /** A next generation with its RA certificates. */
  addNextIssuer(
    added: NextIssuer,
    expectedVersion: number,
    audit?: readonly AuditEvent[],
  ): Promise<ConfigurationOutcome>
  /** Issuer `next` → `current`, and the one that was current → `retired`. With a lease: only while it is held. */
  switchOver(
    change: SteppingBack,
    expectedVersion: number,
    lease?: Lease,
    audit?: readonly AuditEvent[],
  ): Promise<ConfigurationOutcome>
  /** Issuer `next` → `withdrawn`; `conflict` when it has issued something to a device. */
  withdrawNextIssuer(
    change: SteppingBack,
    expectedVersion: number,
    audit?: readonly AuditEvent[],
  ): Promise<ConfigurationOutcome>
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
    async install(first, audit = []) {
      const unit = installationUnit(keys, first, now())
      const { status } = await driver.commit({ ...unit, writes: [...unit.writes, ...writeAudit(keys, audit)] })
      return status === 'committed'
    },
    edit: (edits, expected, lease, audit = []) =>
      change(expected, [
        ...requireLease(lease),
        ...edits.flatMap((one) => writesOf(one, { keys, now: now() })),
        ...writeAudit(keys, audit),
      ]),
    addRaCertificate: (added, expected, lease, audit = []) =>
      change(expected, [...requireLease(lease), ...writeRaCertificate(keys, added, now()), ...writeAudit(keys, audit)]),
    promoteRaCertificate: (uuid, until, expected, lease, audit = []) =>
      change(expected, [...requireLease(lease), ...promote(uuid, until, now()), ...writeAudit(keys, audit)]),
    retireRaCertificate: (uuid, until, expected) => change(expected, retire(uuid, until)),
    addNextIssuer: (added, expected, audit = []) =>
      change(expected, [...writeNextIssuer(keys, added, now()), ...writeAudit(keys, audit)]),
    switchOver: (stepping, expected, lease, audit = []) =>
      change(expected, [...requireLease(lease), ...switchOver(stepping, now()), ...writeAudit(keys, audit)]),
    withdrawNextIssuer: (stepping, expected, audit = []) =>
      change(expected, [...withdraw(stepping), ...writeAudit(keys, audit)]),
    onChange: (listener) => driver.onConfigurationChange(listener),
  }
}
