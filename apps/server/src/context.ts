import type { BlockList } from 'node:net'
import type { Configuration, Endpoint, RaProfile, ScepProfile } from '@chancery/ra'
import type { MessagePolicy, RaKey } from '@chancery/scep'
import type { Store } from '@chancery/store'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Intune } from './intune/intune.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { DecisionRecorder } from './scep/record/recorder.ts'
import type { HourCounter } from './statistics/hour-counter.ts'

/** What the routes of one process are given; nothing here belongs to a single request. */
export interface ServerContext {
  readonly config: Config
  readonly store: Store
  readonly snapshots: SnapshotSource
  readonly log: Logger
  readonly metrics: Metrics
  readonly hours: Pick<HourCounter, 'count'>
  readonly records: DecisionRecorder
  readonly intune: Pick<Intune, 'voucherOf' | 'test'>
  readonly now: () => Date
  /** `http://host:port` without a trailing slash: what people are shown. Right once the listener is up. */
  readonly baseUrl: () => string
  /** The same of the page for people, which may have a listener of its own. */
  readonly pageUrl: () => string
}

/** The configuration as this process works on it (design, rule 10). */
export interface SnapshotSource {
  /** Of the newest version that this process can know of. */
  current(): Snapshot | Promise<Snapshot>
  /** Read anew, after a decision turned out to rest on an old version. */
  refresh(): Promise<Snapshot>
  /** How a configuration would be served that is not written. */
  foretell(configuration: Configuration): Snapshot
}

/** Immutable, of one configuration version; keys are imported and bodies encoded already. */
export interface Snapshot {
  readonly version: number
  readonly configuration: Configuration
  /** The issuer of a CRL or CA certificate URL. */
  issuer(authorityName: string, generation: number): ServedIssuer | undefined
  byScepProfile(name: string): EndpointAnswer
  byRaProfile(name: string): EndpointAnswer
  /** `/scep/{name}`: that profile if there is one, else the default one. */
  byAlias(name: string | undefined): EndpointAnswer
  /** What would serve a transaction that was begun at an address with these profiles. */
  service(address: string, scepProfileId: number, raProfileId: number): EndpointAnswer
  /** Where a person asks for a certificate of this RA profile, without SCEP; or the sentence why not. */
  forPeople(raProfileId: number): Endpoint | string
  /** Where a request is judged and not served, under settings that need not be saved; undefined: there is no CA certificate. */
  examined(raProfile: RaProfile, scepProfile: ScepProfile): Endpoint | undefined
}

/** Devices get one plain sentence when they address something that is not served, and so does the log. */
export type EndpointAnswer =
  | { readonly served: ServedEndpoint }
  | { readonly refused: string; readonly status: 403 | 404 }

/** What depends on the generation of the CA that a message was sent to. */
export interface Service {
  readonly endpoint: Endpoint
  /** Sent in a CertRep behind the issued certificate. */
  readonly certificatesAbove: readonly Buffer[]
}

/** An address; its own `Service` is that of the current RA certificate. */
export interface ServedEndpoint extends Service {
  readonly policy: MessagePolicy
  /** Those that open messages: current, next, retired. */
  readonly keys: readonly RaKey[]
  /** Signs replies to messages that were not enveloped to any of ours. */
  readonly current: RaKey
  /** By id of an RA key, for messages that were enveloped to another than the current one. */
  readonly otherServices: ReadonlyMap<string, Service>
  /** Body of GetCACaps. */
  readonly capabilities: Buffer
  readonly caCertificates: PublishedCertificates
  /** Answer to GetNextCACert; undefined while there is no next CA. */
  readonly nextCaCertificates: ((now: Date) => Promise<PublishedCertificates>) | undefined
  /** Body of GetCACertChain; undefined: the profile does not answer it. */
  readonly caCertificateChain: PublishedCertificates | undefined
  /** Whether PKIOperation may come by GET. */
  readonly getPkiOperation: boolean
  /** From where it is used; undefined: from anywhere. */
  readonly allowedNetworks: BlockList | undefined
  /** When the first of RA and CA certificate ends, in milliseconds. */
  readonly usableUntil: number
}

/** Certificates as an operation answers them. */
export interface PublishedCertificates {
  readonly type: string
  readonly body: Buffer
}

export interface ServedIssuer {
  readonly id: number
  readonly certificate: Buffer
}
