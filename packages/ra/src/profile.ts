import type { Secret } from '@chancery/scep'
import type { EnrolmentRule, RenewalRule } from './renewal-rule.ts'

/** Names that a request may carry into its certificate; everything else in it is dropped (security: VU#971035). */
export type SubjectAltNameType = 'dns' | 'email' | 'uri' | 'ip' | 'upn'

/** What a key must be to get a certificate. */
export interface KeyRules {
  readonly rsa: boolean
  readonly rsaMinimumBits: number
  readonly rsaMaximumBits: number
  /** None: no EC keys. */
  readonly curves: readonly ('P-256' | 'P-384' | 'P-521')[]
  readonly ed25519: boolean
}

/** Where the subject of a first certificate comes from. A renewal keeps the one that was certified. */
export type SubjectForm =
  /** As the device asks for it. */
  | { readonly from: 'request' }
  /** Made anew: RFC 4514 text with placeholders, such as `CN={request.CN},OU=Printers,O=Example`. */
  | { readonly from: 'template'; readonly template: string }
  /** RFC 4514 text of attributes that take the place of whatever the request has of their types. */
  | { readonly from: 'parts'; readonly parts: string }

export interface SubjectRules {
  readonly form: SubjectForm
  /** A request without any subject attribute is refused (unless it names itself by SAN and this is false). */
  readonly subjectRequired: boolean
  /** OIDs of the attributes that a subject may have; null: all. */
  readonly allowedAttributes: readonly string[] | null
  /** OIDs of those that it must have. */
  readonly requiredAttributes: readonly string[]
  /** Each common name matches one of these patterns (`template/pattern.ts`); none: any. */
  readonly commonNamePatterns: readonly string[]
  readonly subjectAltNames: readonly SubjectAltNameType[]
  readonly maximumNames: number
  /** Each name of a type matches one of its patterns, an address is in one of its networks; none: any. */
  readonly namePatterns: Readonly<Partial<Record<SubjectAltNameType, readonly string[]>>>
  /** Types of which the certificate must have a name. */
  readonly requiredNames: readonly SubjectAltNameType[]
  /** Such as `URI:urn:example:printer`, in every certificate. */
  readonly fixedNames: readonly string[]
  /** `copied`: one that is a host name becomes a DNS name too. `required`: it must be among them. */
  readonly commonNameAsDns: 'ignored' | 'required' | 'copied'
}

/** What the certificates of an RA profile look like, in words; the authority turns it into extensions. */
export interface CertificateSettings {
  readonly validityDays: number
  /** When every certificate ends, in place of `validityDays`; ISO 8601. */
  readonly validUntil: string | null
  /** How far notBefore lies in the past, for devices whose clock is slow. */
  readonly backdateSeconds: number
  /** `auto`: digitalSignature, and keyEncipherment for keys that can encrypt. */
  readonly keyUsage:
    | 'auto'
    | readonly ('digitalSignature' | 'nonRepudiation' | 'keyEncipherment' | 'dataEncipherment' | 'keyAgreement')[]
  /** OIDs; never empty, never anyExtendedKeyUsage. */
  readonly extendedKeyUsage: readonly string[]
  /** OIDs of purposes that speak for more than a device, and are refused unless they are named here too. */
  readonly allowRestrictedPurposes: readonly string[]
  /** OIDs. */
  readonly certificatePolicies: readonly string[]
  /** Extensions that are taken over from a request as they are; all others of it are dropped. */
  readonly allowedExtensions: readonly AllowedExtension[]
}

export interface AllowedExtension {
  readonly oid: string
  /** The profile decides, whatever the request says. */
  readonly critical: boolean
}

/** Whether a person must agree before an RA profile issues. */
export interface ApprovalRule {
  readonly required: boolean
  /** Also to renewals, for which the certificate vouches. */
  readonly renewals: boolean
  /** A request that nobody decides upon for so long is over. */
  readonly expiresAfterDays: number
  /** So many must agree, each of them another one; one who refuses is enough to refuse. */
  readonly approvals: number
  /** Whose consent counts; null: that of everybody who may decide. */
  readonly role: ApproverRole | null
}

/** Roles of the administration that decide about requests. Whoever is an administrator counts as each of them. */
export type ApproverRole = 'administrator' | 'approver'

/** Requests that nothing vouches for: neither a challenge nor a certificate of ours (design, rule 17). */
export interface WaitingRule {
  /** `wait`: a first enrolment without any challenge waits for a person, whatever the RA profile says. */
  readonly withoutChallenge: 'refuse' | 'wait'
  readonly expiresAfterDays: number
  /** How many of them may wait at a time. */
  readonly mostWaiting: number
  readonly mostWaitingPerSource: number
}

/** One certificate service: an authority, and what its certificates may look like. */
export interface RaProfile {
  readonly id: number
  readonly uuid: string
  readonly name: string
  readonly description: string | null
  readonly enabled: boolean
  readonly authorityId: number
  /** The SCEP profile with which SCEP is activated here; null: not activated. */
  readonly scepProfileId: number | null
  readonly certificate: CertificateSettings
  readonly subject: SubjectRules
  readonly keys: KeyRules
  readonly approval: ApprovalRule
  readonly metadata: RaProfileMetadata
}

/** A value that an administrator attaches; it means nothing to us and comes back as it was given. */
export interface Attribute {
  readonly uuid?: string
  readonly name: string
  readonly content: readonly { readonly data: unknown; readonly reference?: string }[]
}

export interface RaProfileMetadata {
  readonly attributes: readonly Attribute[]
  readonly customAttributes: readonly Attribute[]
  /** Of the activation. */
  readonly issueCertificateAttributes: readonly Attribute[]
}

export interface ScepProfileMetadata {
  readonly issueCertificateAttributes: readonly Attribute[]
  readonly customAttributes: readonly Attribute[]
  readonly certificateAssociations: CertificateAssociations | null
}

/** To whom the certificates of a profile belong. */
export interface CertificateAssociations {
  readonly ownerUuid: string | null
  readonly groupUuids: readonly string[]
  readonly customAttributes: readonly Attribute[]
}

/** From where, and how much at a time, a SCEP profile is used. */
export interface AccessRule {
  /** `10.0.0.0/8`; empty: from anywhere. */
  readonly networks: readonly string[]
  /** Messages of one source in a minute; null: as many as it likes. */
  readonly requestsPerMinute: number | null
  /** Messages of the profile that one process works on at a time; null: no bound of its own. */
  readonly concurrentRequests: number | null
}

/** How the certificates that open the messages of a SCEP profile are renewed, where we issue them. */
export interface RaCertificateRule {
  /** Days before its end; null: at two thirds of its life. */
  readonly renewBeforeDays: number | null
}

/** Whom a SCEP profile with webhook challenges asks; its key is in `webhookKey`. */
export interface WebhookRule {
  readonly url: string
  readonly timeoutMilliseconds: number
  /** Addresses that are not public may be asked. */
  readonly allowPrivateAddresses: boolean
  /** PEM of the CA, or of the server itself, that its TLS certificate must chain to; null: those that the system trusts. */
  readonly trustedCertificates: string | null
}

/** How Intune is reached for a SCEP profile whose requests it vouches for; the credential is in `intuneKey`. */
export interface IntuneRule {
  /** GUID, or a verified domain. */
  readonly tenant: string
  /** Of the app registration. */
  readonly applicationId: string
  readonly cloud: IntuneCloud
  /** Of a custom cloud; null elsewhere. */
  readonly endpoints: IntuneEndpoints | null
  /** `secret`: the key is a client secret; `certificate`: it is a private key (PEM) whose certificate is registered. */
  readonly credential: 'secret' | 'certificate'
  /** PEM; null with a secret. */
  readonly certificate: string | null
  readonly assertionAlgorithm: 'PS256' | 'RS256'
  /** When the secret ends, as it was said where it was made (ISO 8601); null: nobody said. */
  readonly secretExpiresAt: string | null
  /** What a device hears while Intune cannot be asked: HTTP 503, or FAILURE. */
  readonly whenUnreachable: 'unavailable' | 'failure'
  /** CRLReason of what Intune takes back (RFC 5280 §5.3.1). */
  readonly revocationReason: number
  /** `issuer`: only revocations of our own issuers are collected, for a tenant that another CA product shares. */
  readonly revocationFilter: 'none' | 'issuer'
}

export const INTUNE_CLOUDS = ['public', 'us-government', 'us-government-dod', 'china', 'custom'] as const
export type IntuneCloud = (typeof INTUNE_CLOUDS)[number]

export interface IntuneEndpoints {
  readonly authorityUrl: string
  readonly graphUrl: string
  readonly resourceUrl: string
}

export type ChallengeKind = 'none' | 'static' | 'one-time' | 'webhook' | 'intune'

/** A named set of compatibility switches and what an administrator changed in it (packages/scep, compatibility). */
export interface CompatibilityChoice {
  readonly profile: string
  readonly overrides: Readonly<Record<string, unknown>>
}

/** The settings of one SCEP server. */
export interface ScepProfile {
  readonly id: number
  readonly uuid: string
  readonly name: string
  readonly description: string | null
  readonly enabled: boolean
  /** Answers the conventional aliases (`/scep`, `/cgi-bin/pkiclient.exe`, …). */
  readonly isDefault: boolean
  readonly challengeKind: ChallengeKind
  readonly staticChallenge: Secret | undefined
  readonly compatibility: CompatibilityChoice
  readonly includeCaCertificate: boolean
  readonly includeCaCertificateChain: boolean
  /** Days before notAfter from which renewal is allowed; null: the second half of the validity. */
  readonly renewalThresholdDays: number | null
  readonly renewal: RenewalRule
  readonly enrolment: EnrolmentRule
  /** Where an authority elsewhere does not sign now, the device is told to ask again (PENDING) instead of HTTP 503. */
  readonly allowPolling: boolean
  readonly waiting: WaitingRule
  readonly access: AccessRule
  readonly raCertificate: RaCertificateRule
  readonly webhook: WebhookRule | null
  /** Signs what the webhook is asked, and its answers. */
  readonly webhookKey: Secret | undefined
  readonly intune: IntuneRule | null
  /** Client secret or private key (PEM). */
  readonly intuneKey: Secret | undefined
  readonly metadata: ScepProfileMetadata
  /** Where requests to the profile's own URL go; null: nowhere. */
  readonly defaultRaProfileId: number | null
}

export const DEFAULT_KEY_RULES: KeyRules = {
  rsa: true,
  rsaMinimumBits: 2048,
  rsaMaximumBits: 8192,
  curves: ['P-256', 'P-384', 'P-521'],
  ed25519: true,
}

export const DEFAULT_SUBJECT_RULES: SubjectRules = {
  form: { from: 'request' },
  allowedAttributes: null,
  requiredAttributes: [],
  commonNamePatterns: [],
  subjectRequired: true,
  // Not upn: an Active Directory that trusts the CA for logon takes the name for the account.
  subjectAltNames: ['dns', 'email', 'uri', 'ip'],
  maximumNames: 100,
  namePatterns: {},
  requiredNames: [],
  fixedNames: [],
  commonNameAsDns: 'ignored',
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

export const DEFAULT_CERTIFICATE_SETTINGS: CertificateSettings = {
  validityDays: 365,
  validUntil: null,
  backdateSeconds: 3600,
  keyUsage: 'auto',
  extendedKeyUsage: [CLIENT_AUTH],
  allowRestrictedPurposes: [],
  certificatePolicies: [],
  allowedExtensions: [],
}

export const DEFAULT_APPROVAL_RULE: ApprovalRule = {
  required: false,
  renewals: true,
  expiresAfterDays: 14,
  approvals: 1,
  role: null,
}

export const DEFAULT_WAITING_RULE: WaitingRule = {
  withoutChallenge: 'refuse',
  expiresAfterDays: 7,
  mostWaiting: 1000,
  mostWaitingPerSource: 5,
}

export const DEFAULT_ACCESS_RULE: AccessRule = { networks: [], requestsPerMinute: null, concurrentRequests: null }

export const DEFAULT_RA_CERTIFICATE_RULE: RaCertificateRule = { renewBeforeDays: null }

export const DEFAULT_RA_PROFILE_METADATA: RaProfileMetadata = {
  attributes: [],
  customAttributes: [],
  issueCertificateAttributes: [],
}

export const DEFAULT_SCEP_PROFILE_METADATA: ScepProfileMetadata = {
  issueCertificateAttributes: [],
  customAttributes: [],
  certificateAssociations: null,
}
