import type { OrderBook, RevocationRegister, TransactionLedger } from '@chancery/ra'
import { sql } from 'kysely'
import { type AllowStore, allowStore } from './allow-store.ts'
import { type ApiTokenStore, apiTokenStore } from './api-token-store.ts'
import { type Approvals, approvals } from './approval/approvals.ts'
import { type AuditLog, auditLog } from './audit/audit-log.ts'
import { type Certificates, certificatesOf } from './certificate/certificates.ts'
import { type Challenges, challengesOf } from './challenge/challenges.ts'
import { type ConfigurationStore, configurationStore } from './configuration/configuration-store.ts'
import { type CrlStore, crlStore } from './crl-store.ts'
import { type DecisionLog, decisionLog } from './decision/decision-log.ts'
import type { Driver } from './driver.ts'
import { readInstallation, refuseNewer, refuseOlder, wrappedKeyOf } from './installation.ts'
import { type Inventory, inventory } from './inventory.ts'
import { type JobStore, jobStore } from './job/job-store.ts'
import { type LeaseStore, leaseStore } from './lease-store.ts'
import { transactionLedger } from './ledger.ts'
import { type Notices, notices } from './notice/notices.ts'
import { type OcspStore, ocspStore } from './ocsp/ocsp-store.ts'
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
import { type SignInFlows, signInFlows } from './session/flow-seal.ts'
import { type SessionPruning, sessionPruning } from './session/prune.ts'
import { type Sessions, sessions } from './session/sessions.ts'
import { type SignInLinks, signInLinks } from './session/sign-in-links.ts'
import { type Settings, settings } from './setting/settings.ts'
import { openSqlite } from './sqlite/sqlite-driver.ts'
import { statement } from './statement.ts'
import { type Statistics, statistics } from './statistics/statistics.ts'
import { parseStoreUrl, type StoreOptions } from './store-options.ts'
import { type TransactionLog, transactionLog } from './transaction/transaction-log.ts'
import type { Unit, UnitResult } from './unit.ts'
import { type UserCertificates, userCertificates } from './user/certificates.ts'
import { type Users, users } from './user/users.ts'
import { type VouchedStore, vouchedRequests } from './vouched/vouched-store.ts'
import { type VoucherContacts, voucherContacts } from './voucher-contact/voucher-contacts.ts'
import { type WishStore, wishStore } from './wish/wish-store.ts'

export interface Store {
  readonly ledger: TransactionLedger
  readonly approvals: Approvals
  readonly orders: OrderBook
  readonly vouched: VouchedStore
  readonly challenges: Challenges
  readonly allows: AllowStore
  readonly inventory: Inventory
  readonly certificates: Certificates
  readonly configuration: ConfigurationStore
  readonly crls: CrlStore
  readonly ocsp: OcspStore
  readonly revocations: RevocationRegister
  readonly retirements: RetirementStore
  readonly wishes: WishStore
  readonly leases: LeaseStore
  readonly jobs: JobStore
  readonly notices: Notices
  readonly tokens: ApiTokenStore
  readonly users: Users
  readonly userCertificates: UserCertificates
  readonly sessions: Sessions & SessionPruning
  readonly signInLinks: SignInLinks
  readonly signInFlows: SignInFlows
  readonly audit: AuditLog
  readonly statistics: Statistics
  readonly settings: Settings
  readonly voucherContacts: VoucherContacts
  readonly decisions: DecisionLog
  readonly transactions: TransactionLog
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
    vouched: vouchedRequests(driver, keys),
    challenges: challengesOf(driver, keys, now),
    allows: allowStore(driver),
    inventory: inventory(driver),
    certificates: certificatesOf(driver),
    configuration: configurationStore(driver, keys, now),
    crls: crlStore(driver),
    ocsp: ocspStore(driver, keys),
    revocations: revocationRegister(driver, keys),
    retirements: retirementStore(driver, keys),
    wishes: wishStore(driver, keys),
    leases: leaseStore(driver),
    jobs: jobStore(driver, keys),
    notices: notices(driver, keys),
    tokens: apiTokenStore(driver, keys),
    users: users(driver, keys),
    userCertificates: userCertificates(driver, keys),
    sessions: { ...sessions(driver, keys), ...sessionPruning(driver) },
    signInLinks: signInLinks(driver, keys),
    signInFlows: signInFlows(keys),
    audit: auditLog(driver, keys),
    statistics: statistics(driver),
    settings: settings(driver, keys),
    voucherContacts: voucherContacts(driver),
    transactions: transactionLog(driver),
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
