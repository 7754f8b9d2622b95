import type { ChallengeKind, Generation, IssuerState, TransactionKind, TransactionState } from '@chancery/ra'
import type { ColumnType, Generated } from 'kysely'

/** Integer microseconds UTC. */
type Time = number
/** 0 or 1. */
type Flag = number
/** Text that holds JSON. */
type Json = string
type Uuid = string
/** A surrogate key: the database gives it. */
type Id = ColumnType<number, number | undefined, never>

export interface InstallationTable {
  readonly id: number
  readonly product: string
  readonly schema_number: number
  readonly oldest_reader: number
  readonly key_id: number
  readonly key_salt: Buffer
  readonly wrapped_key: Buffer
  readonly key_check: Buffer
  readonly created_at: Time
}

export interface ConfigVersionTable {
  readonly id: number
  readonly version: number
}

export interface AuthorityTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly name: string
  readonly kind: string
  readonly created_at: Time
  readonly deleted_at: Generated<Time | null>
  readonly description: Generated<string | null>
  readonly enabled: Generated<Flag>
  readonly settings: Generated<Json>
  readonly sealed_secrets: Generated<Buffer | null>
  /** PKCS#10 of a CA below a foreign one, until its certificate comes. */
  readonly requested_csr: Generated<Buffer | null>
  readonly requested_key_id: Generated<number | null>
}

export interface AuthorityKeyTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly authority_id: number
  readonly purpose: 'ca' | 'ra' | 'ocsp'
  /** `elsewhere`: an authority of another house has it. */
  readonly kind: 'software' | 'elsewhere'
  readonly state: 'active' | 'destroyed'
  readonly sealed_key: Buffer | null
  readonly created_at: Time
}

export interface IssuerTable {
  readonly id: Id
  readonly authority_id: number
  readonly generation: number
  readonly state: IssuerState
  readonly certificate: Buffer
  readonly chain: Json
  readonly key_id: number
  readonly created_at: Time
  /** How many of its certificates were ever revoked. */
  readonly revocations: Generated<number>
  /** When a `next` one becomes the current one by itself, null: by command; then when it did. */
  readonly current_from: Generated<Time | null>
}

export interface ScepProfileTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly name: string
  readonly description: string | null
  readonly enabled: Flag
  readonly is_default: Flag
  readonly challenge_kind: ChallengeKind
  readonly static_challenge: Buffer | null
  readonly compatibility: Json
  readonly include_ca_certificate: Flag
  readonly include_ca_certificate_chain: Flag
  readonly renewal_threshold_days: number | null
  readonly allow_polling: Flag
  readonly default_ra_profile_id: number | null
  readonly renewal_rule: Generated<Json>
  readonly enrolment_rule: Generated<Json>
  readonly waiting_rule: Generated<Json>
  readonly deleted_at: Generated<Time | null>
  readonly metadata: Generated<Json>
  readonly access_rule: Generated<Json>
  readonly ra_certificate_rule: Generated<Json>
  readonly webhook: Generated<Json | null>
  readonly sealed_webhook_key: Generated<Buffer | null>
  readonly intune: Generated<Json | null>
  readonly sealed_intune_key: Generated<Buffer | null>
}

export interface RaProfileTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly name: string
  readonly description: string | null
  readonly enabled: Flag
  readonly authority_id: number
  readonly scep_profile_id: number | null
  readonly certificate_settings: Json
  readonly subject_rules: Json
  readonly key_rules: Json
  readonly approval_rule: Generated<Json>
  readonly deleted_at: Generated<Time | null>
  readonly metadata: Generated<Json>
}

export interface RaCertificateTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly scep_profile_id: number
  readonly issuer_id: number
  readonly state: Generation
  readonly certificate: Buffer
  readonly key_id: number
  readonly since: Time
  readonly decrypts_until: Time | null
}

export interface ScepTransactionTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly identity_digest: Buffer
  readonly endpoint: string
  readonly kind: TransactionKind
  /** The octets: nothing keeps a device from putting a NUL into it. */
  readonly transaction_id: Buffer
  readonly signer_digest: Buffer
  readonly scep_profile_id: number
  readonly ra_profile_id: number
  readonly csr_key_digest: Buffer
  readonly csr_content_digest: Buffer
  readonly config_version: number
  readonly state: TransactionState
  readonly issuer_id: number | null
  readonly serial: string | null
  readonly tbs: Buffer | null
  readonly certificate_uuid: Uuid | null
  readonly fail_info: Generated<string | null>
  readonly reason: Generated<string | null>
  readonly created_at: Time
  readonly changed_at: Time
  readonly superseded_by: Generated<Uuid | null>
  /** PKCS#10 with its challenge, only while somebody has yet to decide. */
  readonly sealed_csr: Generated<Buffer | null>
  /** The challenge of a signer whose key cannot encrypt, until the reply was delivered. */
  readonly sealed_challenge: Generated<Buffer | null>
  readonly subject: Generated<string | null>
  /** UUID of the certificate that is to be renewed. */
  readonly predecessor: Generated<Uuid | null>
  /** The peer's address, where a cap counts it. */
  readonly source: Generated<string | null>
  /** Of a decision that is waited for. */
  readonly expires_at: Generated<Time | null>
  /** 0: neither a challenge nor a certificate of ours stands behind it. */
  readonly authenticated: Generated<Flag>
  /** How many decisions of people there are about it; rises with each. */
  readonly decisions: Generated<number>
  /** Of the certificate that was prepared, as its own row will have it. */
  readonly shard: Generated<number>
  /** A person who asked for it over the API; that person does not approve it. */
  readonly requested_by: Generated<string | null>
}

export interface ChallengeTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly scep_profile_id: number
  readonly digest: Buffer
  readonly subject: string | null
  readonly subject_alt_names: Json | null
  readonly uses: number
  readonly remaining: number
  readonly expires_at: Time
  readonly revoked_at: Time | null
  readonly maker: string
  readonly created_at: Time
  /** Only where it was made for clients whose key cannot encrypt. */
  readonly sealed_challenge: Generated<Buffer | null>
  /** Null: over the API. */
  readonly origin: Generated<'ndes-page' | null>
  /** When it is looked at whether it is needed any more. */
  readonly kept_until: Generated<Time>
}

export interface ChallengeUseTable {
  readonly id: Id
  readonly challenge_id: number
  readonly transaction_uuid: Uuid
  readonly state: 'reserved' | 'spent' | 'returned'
  readonly changed_at: Time
}

export interface CertificateTable {
  readonly id: Id
  readonly uuid: Uuid
  /** `ra`, `ocsp`: issued for ourselves; no device may renew with it. */
  readonly purpose: 'device' | 'ra' | 'ocsp'
  readonly issuer_id: number
  readonly serial: string
  readonly der: Buffer
  readonly digest: Buffer
  readonly key_digest: Buffer
  readonly subject: string | null
  readonly subject_alt_names: Json | null
  readonly not_before: Time
  readonly not_after: Time
  readonly state: 'issued' | 'revoked'
  readonly revoked_at: Time | null
  readonly revocation_reason: number | null
  readonly predecessor: Uuid | null
  readonly release: 'free' | 'held' | 'unreported'
  readonly endpoint: string | null
  readonly transaction_uuid: Uuid | null
  readonly ra_profile_id: number | null
  readonly created_at: Time
  /** Of the subject in a form in which equal ones are equal; null where the certificate is our own. */
  readonly subject_digest: Generated<Buffer | null>
  /** Whose CRL lists it beside the complete one; 0: none. */
  readonly shard: Generated<number>
}

export interface CrlTable {
  readonly id: Id
  readonly issuer_id: number
  readonly shard: number
  readonly kind: 'full' | 'delta'
  readonly number: number
  readonly der: Buffer
  readonly this_update: Time
  readonly next_update: Time
  /** How many revocations of the issuer it has seen: fewer than there are, and a new one is due. */
  readonly revocations: Generated<number>
  /** Of a delta: the number of the full CRL that it adds to. Of a full one that deltas add to: its own. */
  readonly base_number: Generated<number | null>
}

export interface JobLeaseTable {
  readonly name: string
  readonly holder: string
  /** Raised whenever the lease is taken. */
  readonly token: number
  /** By the clock of the database. */
  readonly expires_at: Time
}

export interface ApprovalTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly transaction_uuid: Uuid
  readonly decision: 'approved' | 'rejected' | 'expired'
  readonly comment: string | null
  readonly decided_by: string
  readonly decided_role: string | null
  readonly decided_at: Time
}

export interface DueRevocationTable {
  readonly successor_uuid: Uuid
  readonly certificate_uuid: Uuid
  readonly scep_profile_id: number
  readonly reason: number
  readonly due_at: Time
}

export interface ApiTokenTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly name: string
  readonly digest: Buffer
  readonly role: string
  readonly maker: string
  readonly created_at: Time
  readonly expires_at: Time | null
  readonly revoked_at: Time | null
  readonly last_used_at: Time | null
  /** Null: good for all profiles. */
  readonly scope: Generated<Json | null>
}

export interface AuthorityOrderTable {
  readonly transaction_uuid: Uuid
  readonly authority_id: number
  readonly upstream_transaction_id: string
  /** The exact octets: sent again after a crash. */
  readonly message: Buffer
  readonly sealed_memo: Buffer
  readonly state: 'ordered' | 'pending'
  readonly attempts: number
  readonly created_at: Time
  readonly due_at: Time
  /** By the clock of the database. */
  readonly lease_until: Time | null
  readonly fence: number
  /** What went wrong last. */
  readonly trouble: Generated<string | null>
}

export interface RememberedAllowTable {
  readonly idempotency_key: Buffer
  readonly expires_at: Time
}

export interface AuditEventTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly at: Time
  readonly actor_kind: string
  readonly actor: string
  readonly role: string | null
  readonly source: string | null
  readonly action: string
  readonly object_kind: string | null
  readonly object_uuid: Uuid | null
  readonly object_name: string | null
  readonly outcome: string
  readonly correlation_id: string | null
  readonly detail: Json
  /** Over all of these. */
  readonly mac: Buffer
  /** Its place in the chain, without gaps; null until it is chained. */
  readonly seq: Generated<number | null>
}

/** Events that were chained together. */
export interface AuditSegmentTable {
  readonly number: number
  readonly first_seq: number
  readonly last_seq: number
  readonly previous_head: Buffer
  readonly head: Buffer
  readonly made_at: Time
  readonly mac: Buffer
}

/** What stood before was removed by retention. */
export interface AuditCheckpointTable {
  readonly id: number
  readonly segment: number
  readonly last_seq: number
  readonly head: Buffer
  readonly made_at: Time
  readonly mac: Buffer
}

export interface DecisionTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly at: Time
  /** That the device was told. */
  readonly correlation_id: string
  readonly endpoint: string
  readonly scep_profile_id: number
  readonly ra_profile_id: number | null
  readonly message_type: string | null
  readonly outcome: string
  readonly reason: string | null
  readonly fail_info: string | null
  readonly transaction_uuid: Uuid | null
  readonly transaction_id: string | null
  readonly certificate_uuid: Uuid | null
  readonly challenge_uuid: Uuid | null
  readonly subject: string | null
  /** Whose habits the message has. */
  readonly client: string | null
  readonly peer: string | null
  /** Each check with its verdict, durations, and what else is known. */
  readonly detail: Json
}

/** What was refused before anything vouched for it. On SQLite in a file of its own; on PostgreSQL in a partition for each day. */
export interface RefusalTable extends Omit<DecisionTable, 'id' | 'endpoint' | 'scep_profile_id'> {
  readonly endpoint: string | null
  readonly scep_profile_id: number | null
  /** How many messages it stands for. */
  readonly count: number
}

export interface RevocationChangeTable {
  readonly id: Id
  readonly issuer_id: number
  /** Of the issuer: as `issuer.revocations` counted it. */
  readonly sequence: number
  readonly certificate_uuid: Uuid
  readonly serial: string
  readonly kind: 'revoked' | 'held' | 'released'
  readonly reason: number
  readonly at: Time
}

export interface OcspSignerTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly issuer_id: number
  readonly state: 'current' | 'retired'
  readonly certificate: Buffer
  readonly key_id: number
  readonly not_after: Time
  readonly created_at: Time
}

export interface CertificateTermTable {
  readonly term: string
  readonly certificate_id: number
}

export interface UserTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly name: string
  readonly display_name: string | null
  readonly email: string | null
  /** PHC string; null: no password signs this user in. */
  readonly password: string | null
  readonly grants: Json
  readonly enabled: Flag
  readonly identity_issuer: string | null
  readonly identity_subject: string | null
  readonly created_at: Time
  readonly last_sign_in_at: Time | null
  readonly deleted_at: Time | null
}

/** A client certificate that signs a user in. */
export interface UserCertificateTable {
  readonly id: Id
  readonly user_uuid: Uuid
  /** SHA-256 of the whole certificate. */
  readonly digest: Buffer
  readonly subject: string
  readonly not_after: Time
  readonly created_at: Time
}

export interface SignInLinkTable {
  readonly id: Id
  /** HMAC: the link itself is shown once. */
  readonly digest: Buffer
  readonly user_uuid: Uuid
  readonly created_at: Time
  readonly expires_at: Time
  readonly used_at: Time | null
}

export interface SessionTable {
  readonly id: Id
  readonly uuid: Uuid
  /** HMAC of what the cookie has. */
  readonly digest: Buffer
  readonly user_uuid: Uuid
  readonly method: string
  /** Of an identity provider's claims; null: those of the user. */
  readonly grants: Json | null
  readonly source: string | null
  readonly user_agent: string | null
  readonly created_at: Time
  readonly expires_at: Time
  readonly last_used_at: Time
  readonly revoked_at: Time | null
}

export interface JobSettingTable {
  readonly name: string
  readonly enabled: Flag
  /** Null: in its own rhythm. */
  readonly cron: string | null
  /** Of the cron expression; null: UTC. */
  readonly time_zone: string | null
  /** Up to when the cron expression was followed. */
  readonly cron_followed_to: Time | null
}

export interface JobRunTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly name: string
  readonly trigger: 'rhythm' | 'request'
  readonly requested_by: string | null
  readonly requested_at: Time | null
  readonly started_at: Time | null
  readonly ended_at: Time | null
  readonly outcome: 'done' | 'failed' | null
  /** One line: what it did, or why it failed. */
  readonly summary: string | null
  /** So often in a row, where it failed for the same reason each time. */
  readonly times: number
}

export interface JobPositionTable {
  readonly name: string
  readonly position: number
}

export interface NoticeChannelTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly name: string
  readonly kind: 'webhook' | 'email'
  readonly enabled: Flag
  readonly events: Json
  readonly ra_profiles: Json | null
  readonly settings: Json
  readonly sealed_secret: Buffer | null
  readonly created_at: Time
  readonly deleted_at: Time | null
}

export interface OutboxTable {
  readonly id: Id
  readonly uuid: Uuid
  readonly channel_uuid: Uuid
  readonly event: string
  readonly payload: Json
  readonly state: 'waiting' | 'delivered' | 'dead'
  readonly attempts: number
  readonly due_at: Time
  readonly created_at: Time
  readonly delivered_at: Time | null
  /** What went wrong last. */
  readonly trouble: string | null
}

export interface StatHourTable {
  /** Its beginning. */
  readonly hour: Time
  readonly metric: string
  readonly labels: Json
  readonly count: number
}

export interface SettingTable {
  readonly name: string
  readonly value: Json
  readonly changed_at: Time
}

export interface VouchedRequestTable {
  readonly transaction_uuid: Uuid
  /** Who vouched. */
  readonly voucher: string
  readonly request_digest: Buffer
  readonly sealed_csr: Buffer | null
  readonly told_serial: string | null
  readonly told_issuer: string | null
  /** How often he was told in vain. */
  readonly attempts: number
  /** When he is told again; null: there is nothing to tell. */
  readonly due_at: Time | null
  readonly created_at: Time
  readonly trouble: string | null
}

export interface VouchedChallengeTable {
  readonly challenge_digest: Buffer
  readonly key_digest: Buffer
  readonly kept_until: Time
}

export interface RequestedRevocationTable {
  readonly id: Id
  readonly voucher: string
  readonly context_digest: Buffer
  /** Handed back with the result; opaque. */
  readonly context: string
  readonly serial: string
  readonly issuer: string | null
  readonly ca_configuration: string | null
  /** `ignored`: it is about no certificate of ours, and gets no result. */
  readonly state: 'received' | 'decided' | 'reported' | 'ignored'
  readonly certificate_uuid: Uuid | null
  readonly code: number | null
  /** Of the result; or why there is none. */
  readonly message: string | null
  readonly attempts: number
  readonly due_at: Time | null
  readonly received_at: Time
  readonly changed_at: Time
}

export interface RevocationCollectionTable {
  readonly voucher: string
  readonly begun_at: Time
}

export interface VoucherContactTable {
  readonly voucher: string
  readonly call: string
  readonly at: Time
  readonly outcome: 'ok' | 'refused' | 'failed'
  readonly detail: string | null
}

export interface Database {
  installation: InstallationTable
  config_version: ConfigVersionTable
  authority: AuthorityTable
  authority_key: AuthorityKeyTable
  issuer: IssuerTable
  scep_profile: ScepProfileTable
  ra_profile: RaProfileTable
  ra_certificate: RaCertificateTable
  scep_transaction: ScepTransactionTable
  challenge: ChallengeTable
  challenge_use: ChallengeUseTable
  certificate: CertificateTable
  crl: CrlTable
  job_lease: JobLeaseTable
  approval: ApprovalTable
  due_revocation: DueRevocationTable
  api_token: ApiTokenTable
  authority_order: AuthorityOrderTable
  remembered_allow: RememberedAllowTable
  audit_event: AuditEventTable
  audit_segment: AuditSegmentTable
  audit_checkpoint: AuditCheckpointTable
  decision: DecisionTable
  refusal: RefusalTable
  revocation_change: RevocationChangeTable
  ocsp_signer: OcspSignerTable
  certificate_term: CertificateTermTable
  user: UserTable
  user_certificate: UserCertificateTable
  sign_in_link: SignInLinkTable
  session: SessionTable
  job_setting: JobSettingTable
  job_run: JobRunTable
  job_position: JobPositionTable
  notice_channel: NoticeChannelTable
  outbox: OutboxTable
  stat_hour: StatHourTable
  setting: SettingTable
  vouched_request: VouchedRequestTable
  vouched_challenge: VouchedChallengeTable
  requested_revocation: RequestedRevocationTable
  revocation_collection: RevocationCollectionTable
  voucher_contact: VoucherContactTable
}
