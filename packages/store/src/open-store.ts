import type { OrderBook, RevocationRegister, TransactionLedger } from '@chancery/ra'
import { sql } from 'kysely'
import { type AllowStore, allowStore } from './allow-store.ts'
import { type ApiTokenStore, apiTokenStore } from './api-token-store.ts'
import { type Approvals, approvals } from './approval/approvals.ts'
import { type AuditLog, auditLog } from './audit/audit-log.ts'
import { type Challenges, challengesOf } from './challenge/challenges.ts'
import { type ConfigurationStore, configurationStore } from './configuration/configuration-store.ts'
import { type CrlStore, crlStore } from './crl-store.ts'
import { type DecisionLog, decisionLog } from './decision/decision-log.ts'
import type { Driver } from './driver.ts'
import { readInstallation, refuseNewer, refuseOlder, wrappedKeyOf } from './installation.ts'
import { type Inventory, inventory } from './inventory.ts'
import { type LeaseStore, leaseStore } from './lease-store.ts'
import { transactionLedger } from './ledger.ts'
import { orderBook } from './order/order-book.ts'
import { openPostgres } from './postgres/postgres-driver.ts'
import { receivedTransactions } from './received.ts'
import { boundsOf } from './refusal/bounds.ts'
import { PostgresRefusals } from './refusal/postgres-refusals.ts'
import type { RefusalStore } from './refusal/refusal-store.ts'
import { SqliteRefusals } from './refusal/sqlite-refusals.ts'
import { type RetirementStore, retirementStore } from './retirement-store.ts'
import { revocationRegister } from './revocation-register.ts'
import { unlockStoreKey } from './seal/store-key.ts'
import { type Settings, settings } from './setting/settings.ts'
import { openSqlite } from './sqlite/sqlite-driver.ts'
import { statement } from './statement.ts'
import { parseStoreUrl, type StoreOptions } from './store-options.ts'
import type { Unit, UnitResult } from './unit.ts'

export interface Store {
  readonly ledger: TransactionLedger
  readonly approvals: Approvals
  readonly orders: OrderBook
  readonly challenges: Challenges
  readonly allows: AllowStore
  readonly inventory: Inventory
  readonly configuration: ConfigurationStore
  readonly crls: CrlStore
  readonly revocations: RevocationRegister
  readonly retirements: RetirementStore
  readonly leases: LeaseStore
  readonly tokens: ApiTokenStore
  readonly audit: AuditLog
  readonly settings: Settings
  readonly decisions: DecisionLog
  /** Refusals before authentication, in a store of their own (design, rule 8). */
  readonly refusals: RefusalStore
  /** Resolves only after COMMIT returned. */
  commit(unit: Unit): Promise<UnitResult>
  /** Rejects when the database does not answer. */
  ping(): Promise<void>
  /** Commits what waits, then closes. */
  close(): Promise<void>
}

/**
 * Opens a database that `migrate` has prepared.
 * @throws {StoreError} with a sentence and the next step
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const address = parseStoreUrl(options.url)
  const driver = address.dialect === 'sqlite' ? openSqlite(address.path) : await openPostgres(address.url, options)
  try {
    const bounds = boundsOf(options.refusals)
    const refusals =
      address.dialect === 'sqlite' ? new SqliteRefusals(address.path, bounds) : new PostgresRefusals(driver, bounds)
    return await storeOn(driver, refusals, options)
  } catch (error) {
    await driver.close()
    throw error
  }
}

const one = statement((db) => ({ compile: () => sql`select 1`.compile(db) }))

async function storeOn(driver: Driver, refusals: RefusalStore, { keySecret, now }: StoreOptions): Promise<Store> {
  const installation = await driver.first(readInstallation, {})
  if (installation === undefined) throw new TypeError('installation without its row')
  refuseNewer(installation, driver.where)
  refuseOlder(installation, driver.where)
  const keys = await unlockStoreKey(wrappedKeyOf(installation), keySecret)
  return {
    ledger: { ...transactionLedger(driver, keys), ...receivedTransactions(driver, keys) },
    approvals: approvals(driver, keys),
    orders: orderBook(driver, keys),
    challenges: challengesOf(driver, keys, now),
    allows: allowStore(driver),
    inventory: inventory(driver),
    configuration: configurationStore(driver, keys, now),
    crls: crlStore(driver),
    revocations: revocationRegister(driver),
    retirements: retirementStore(driver),
    leases: leaseStore(driver),
    tokens: apiTokenStore(driver, keys),
    audit: auditLog(driver, keys),
    settings: settings(driver, keys),
    decisions: decisionLog(driver, keys, refusals),
    refusals,
    commit: (unit) => driver.commit(unit),
    ping: async () => {
      await driver.first(one, {})
    },
    async close() {
      await refusals.close()
      await driver.close()
    },
  }
}
