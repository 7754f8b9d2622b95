import type { CertificationRequest, Extension, GeneralName, Name } from '@chancery/pki'
import type { Reason, Secret, TransactionId } from '@chancery/scep'
import type { AuditEvent } from './audit-event.ts'
import type { OrderingAuthority } from './order/ordering-authority.ts'
import type { RaProfile } from './profile.ts'
import type { KnownTransaction, TransactionKind } from './transaction.ts'
import type { VouchedRequest, Voucher } from './voucher.ts'

/** The ports of the registration authority: small, owned here, implemented by connectors and store. */

/** What is ordered from an authority: decided by us, never copied from the CSR unseen. */
export interface CertificateOrder {
  readonly raProfile: RaProfile
  readonly subject: Name
  readonly subjectAltNames: readonly GeneralName[]
  /** That are taken over as they are; whether they are critical says the profile. */
  readonly extensions: readonly Extension[]
  readonly csr: CertificationRequest
  /** Somebody vouches for the names, be one even that of an account. */
  readonly vouched?: true
  readonly now: Date
}

/** Everything of the certificate but its signature. */
export interface PreparedCertificate {
  readonly issuerId: number
  /** Content octets of the INTEGER. */
  readonly serialNumber: Buffer
  /** The exact TBSCertificate that will be signed. */
  readonly tbs: Buffer
  /** RFC 4514. */
  readonly subject: string
  /** Such as `DNS:printer1.example`. */
  readonly subjectAltNames: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  /** Whose CRL it names, where the CRL of its issuer is divided. */
  readonly shard?: number
}

/** How certificates are had of an authority. */
export type Authority = SigningAuthority | OrderingAuthority

/** A CA that signs what was prepared and recorded. */
export interface SigningAuthority {
  readonly kind: 'signing'
  /** The signature is made in this process, so that begin and finish may be one commit. */
  readonly inProcess: boolean
  /** Uses no key. @throws {ScepError} when the order is against the template */
  prepare(order: CertificateOrder): PreparedCertificate
  /** The certificate (DER) over a TBSCertificate that `prepare` of this authority made, now or before a crash. */
  sign(tbs: Buffer, issuerId: number): Buffer | Promise<Buffer>
}

/** What the device showed to prove that it may ask. */
export interface ChallengeQuestion {
  readonly scepProfileId: number
  readonly challenge: Secret
  readonly subject: Name
  readonly subjectAltNames: readonly GeneralName[]
  readonly transactionId: TransactionId
  readonly csr: CertificationRequest
  readonly kind: TransactionKind
  /** Names of the profiles. */
  readonly scepProfile: string
  readonly raProfile: string
  /** Address of the device, as HTTP had it. */
  readonly peer: string | undefined
  /** SHA-256 over identity and content: the same however often the request is sent (design, rule 19). */
  readonly idempotencyKey: Buffer
  readonly now: Date
}

export type ChallengeVerdict =
  | {
      readonly verdict: 'accepted'
      readonly use?: ChallengeUse
      /** UUID of the challenge, where it is one that has one. */
      readonly challenge?: string
      /** What was said, for the administrator. */
      readonly detail?: string
    }
  /** `detail` is for the administrator; the device hears one text whatever was wrong. */
  | {
      readonly verdict: 'refused'
      readonly detail: string
      /** It was good once, and all its uses are taken: somebody has it who should not (S-7-10). */
      readonly reused?: boolean
      readonly challenge?: string
    }
  /** Who is asked elsewhere has not said, or did not answer. It is asked again when the device asks again. */
  | { readonly verdict: 'undecided'; readonly detail: string; readonly retryAfterSeconds?: number }

/** What is used up in the same commit that records the transaction. */
export type ChallengeUse =
  /** A use of a counted challenge. */
  | { readonly challengeId: number }
  /** A remembered yes, by its key. */
  | { readonly allow: Buffer }
  /** Somebody elsewhere has to hear what becomes of it. */
  | { readonly vouched: VouchedRequest }

/** What somebody elsewhere has allowed and is not begun yet: so that a crash in between does not ask twice (design, rule 19). */
export interface RememberedAllows {
  has(key: Buffer, now: Date): Promise<boolean>
  remember(key: Buffer, until: Date): Promise<void>
}

/**
 * Whether the device may ask: static secret, one-time secret, Intune, webhook. It uses nothing up (design, rule 4), and no
 * transaction of the store is open while it asks somebody.
 */
export interface ChallengeValidator {
  validate(question: ChallengeQuestion): Promise<ChallengeVerdict> | ChallengeVerdict
  /** Whoever is asked here has to hear what becomes of the requests that he vouches for. */
  readonly voucher?: Voucher
}

/** A one-time challenge as the store knows it. */
export interface ChallengeRecord {
  readonly id: number
  readonly uuid: string
  readonly remainingUses: number
  readonly expiresAt: Date
  readonly revoked: boolean
  /** RFC 4514; null: any subject. */
  readonly subject: string | null
  /** Such as `DNS:printer1.example`; null: any. */
  readonly subjectAltNames: readonly string[] | null
}

export interface NewChallenge {
  readonly uuid: string
  readonly scepProfileId: number
  readonly challenge: Secret
  readonly uses: number
  readonly expiresAt: Date
  readonly subject: string | null
  readonly subjectAltNames: readonly string[] | null
  /** Who made it: an API token's name, or `local socket`. */
  readonly maker: string
  /** It is kept sealed too, because it is the password of envelopes that have to be opened before it can be read. */
  readonly isPassword: boolean
  /** Where it was made; left out: over the API. */
  readonly origin?: ChallengeOrigin
}

export type ChallengeOrigin = 'api' | 'ndes-page'

export interface ChallengeRegistry {
  /** By HMAC of profile and challenge: one index access. */
  find(scepProfileId: number, challenge: Secret): Promise<ChallengeRecord | undefined>
  create(challenge: NewChallenge): Promise<void>
  /** Those made as passwords that have not expired, the newest first; used up ones too, for repeated requests. */
  passwords(scepProfileId: number, now: Date, most: number): Promise<readonly Secret[]>
  /** The one of this UUID, under the same conditions. */
  password(scepProfileId: number, uuid: string, now: Date): Promise<Secret | undefined>
}

/** Which transaction a message belongs to (design, section 1). */
export interface Identity {
  /** As addressed: `scepProfile/default` or `raProfile/default`. */
  readonly endpoint: string
  readonly kind: TransactionKind
  readonly transactionId: TransactionId
  /** Digest of the self-signed certificate's key, or of the certificate of ours that signed. */
  readonly signerDigest: Buffer
  /** SHA-256 over all of these. */
  readonly digest: Buffer
}

export interface NewTransaction {
  readonly uuid: string
  readonly identity: Identity
  readonly scepProfileId: number
  readonly raProfileId: number
  readonly csrKeyDigest: Buffer
  readonly csrContentDigest: Buffer
  readonly configurationVersion: number
  readonly now: Date
  /** The transaction of the same identity that this one takes the place of. */
  readonly supersedes?: string
  /** It is there already, `received`, under this UUID. */
  readonly continues?: true
  readonly challengeUse?: ChallengeUse
  /** Who asked for it over the administration; that person does not approve it. */
  readonly requestedBy?: string
}

/** What is recorded of a request about which somebody elsewhere is asked again. */
export interface NewReceived {
  /** PKCS#10 with its challenge in it: it is sealed, and gone once it is decided (design, rule 5). */
  readonly csr: Buffer
  /** Kept, sealed too, where the reply will have to be encrypted with it. */
  readonly challenge: Secret | undefined
  /** Where it came from, as the caps count it. */
  readonly source: string | undefined
  readonly expiresAt: Date
  readonly caps: { readonly mostWaiting: number; readonly mostWaitingPerSource: number }
}

export interface NewCertificate {
  readonly uuid: string
  readonly der: Buffer
  /** SHA-256 of `der`. */
  readonly digest: Buffer
  readonly keyDigest: Buffer
  readonly prepared: PreparedCertificate
  /** UUID of the certificate that it renews. */
  readonly predecessor?: string
  /** When that one is to be revoked, where the profile wants it. */
  readonly retires?: Retirement
}

/** A predecessor is to be revoked at a time, unless its successor is revoked before. */
export interface Retirement {
  /** Whose rule it is: when that is switched off, nothing more is revoked by it. */
  readonly scepProfileId: number
  readonly at: Date
}

/** A unit was committed, or nothing of it was. */
export type UnitOutcome =
  /** With the certificate as it stands in the store, where the unit wrote one. */
  | { readonly status: 'committed'; readonly certificate?: Buffer }
  | { readonly status: 'conflict'; readonly on: UnitConflict }

export type UnitConflict =
  /** Another transaction of the same identity is there. */
  | 'transaction'
  /** The challenge was used up, revoked or expired meanwhile; or it was shown with another key before. */
  | 'challenge'
  /** Exactly this CSR has a transaction already, maybe of another signer. */
  | 'request'
  /** The remembered yes was used or is too old. */
  | 'allow'
  /** The configuration is newer than the one that decided. */
  | 'configuration'
  /** The transaction is not in the state expected. */
  | 'state'
  /** As many requests wait as may. */
  | 'caps'

/**
 * The roll of transactions. Each of the writers is one commit; it returns only after COMMIT did. What is audited stands in
 * the same commit.
 */
export interface TransactionLedger {
  find(identity: Identity): Promise<KnownTransaction | undefined>
  /** Begin and finish in one commit, for authorities that sign in this process (design, rule 3). */
  issue(transaction: NewTransaction, certificate: NewCertificate, audit?: readonly AuditEvent[]): Promise<UnitOutcome>
  /** Transaction `ordered` with the TBS to be signed; the challenge use is reserved. */
  begin(transaction: NewTransaction, prepared: PreparedCertificate): Promise<UnitOutcome>
  /** `ordered` → `issued` with the certificate; the challenge use is spent. */
  finish(
    transactionUuid: string,
    certificate: NewCertificate,
    now: Date,
    audit?: readonly AuditEvent[],
  ): Promise<UnitOutcome>
  /** `ordered` → `failed`: the TBS is void, its serial is never used, the challenge use is returned. */
  abandon(transactionUuid: string, now: Date): Promise<UnitOutcome>
  /** Transaction `received`: nobody has said yet whether it may become a certificate. */
  receive(transaction: NewTransaction, received: NewReceived): Promise<UnitOutcome>
  /** The recorded CSR of one that is `received`. */
  receivedCsr(transactionUuid: string): Promise<Buffer | undefined>
  /** `received` → `refused`, for good; its CSR is removed. */
  refuse(transactionUuid: string, reason: Reason, now: Date): Promise<UnitOutcome>
}

/** A certificate of the inventory. */
export interface InventoryEntry {
  readonly uuid: string
  readonly der: Buffer
  readonly issuerId: number
  readonly state: 'issued' | 'revoked'
  /** The endpoint through which it was issued, as addressed then; null for one that came another way. */
  readonly endpoint: string | null
  readonly raProfileId: number | null
}

export interface CertificateInventory {
  /** By SHA-256 of the whole certificate: a look-alike with the same issuer and serial is not found. */
  findByDigest(digest: Buffer): Promise<InventoryEntry | undefined>
  /** By the serial in its shortest form, in lower-case hexadecimal. One that may not leave yet is not found (design, rule 11). */
  findBySerial(issuerId: number, serial: string): Promise<CertificateOfLine | undefined>
  findInLine(uuid: string): Promise<CertificateOfLine | undefined>
  /** Whether a device has an unexpired, unrevoked certificate of these issuers for this subject (RFC 4514). */
  hasValid(subject: string, issuerIds: ReadonlySet<number>, now: Date): Promise<boolean>
}

/** CRLs as they were published. */
export interface PublishedCrls {
  newest(issuerId: number): Promise<{ readonly der: Buffer } | undefined>
}

/** A certificate, and what tells whose it is. */
export interface CertificateOfLine {
  readonly uuid: string
  readonly der: Buffer
  readonly keyDigest: Buffer
  /** UUID of the certificate that it renewed. */
  readonly predecessor: string | null
}
