import type { Secret } from '@chancery/scep'
import type { RaProfile, ScepProfile } from './profile.ts'

/** `scep`: another SCEP server, as whose RA we act. */
export const AUTHORITY_KINDS = ['built-in', 'scep'] as const
export type AuthorityKind = (typeof AUTHORITY_KINDS)[number]

/** A CA that certificates are ordered from. */
export interface AuthorityRecord {
  readonly id: number
  readonly uuid: string
  readonly name: string
  readonly kind: AuthorityKind
  readonly description: string | null
  readonly enabled: boolean
  /** What its kind needs to know, as the kind's own schema says. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The secrets among the settings: JSON. */
  readonly secrets: Secret | undefined
  /** PKCS#10 of a CA that is to stand below a foreign one, until its certificate comes. */
  readonly requestedCsr: Buffer | undefined
  /** The key of that request: with its certificate come RA certificates that it signs. */
  readonly requestedKey: PrivateKeyMaterial | undefined
}

export type Generation = 'next' | 'current' | 'retired'

/** `withdrawn`: it was prepared and never came to issue; its number is not used again. */
export type IssuerState = Generation | 'withdrawn'

/** One generation of an authority's CA. Certificates, serials and CRLs belong to it. */
export interface IssuerRecord {
  readonly id: number
  readonly authorityId: number
  /** 1 for the first; part of the URLs of CRL and CA certificate. */
  readonly generation: number
  readonly state: IssuerState
  readonly certificate: Buffer
  /** Certificates above it, up to the root; empty for a root. */
  readonly chain: readonly Buffer[]
  readonly privateKey: PrivateKeyMaterial | KeyElsewhere
  /** When a `next` one becomes the current one by itself, null: by command; then when it did, null for the first. */
  readonly currentFrom: Date | null
}

/** A private key that is sealed in the store (PKCS#8, here already opened), later a reference to an HSM or a KMS. */
export interface PrivateKeyMaterial {
  readonly kind: 'software'
  readonly pkcs8: Buffer
}

/** The key of a CA in another house: we never see it. */
export interface KeyElsewhere {
  readonly kind: 'elsewhere'
}

/** The certificate whose key opens requests and signs replies, one for each issuer a profile's endpoints lead to. */
export interface RaCertificateRecord {
  readonly id: number
  readonly uuid: string
  readonly scepProfileId: number
  readonly issuerId: number
  readonly state: Generation
  readonly certificate: Buffer
  readonly privateKey: PrivateKeyMaterial
  /** When `next` or `current` was entered. */
  readonly since: Date
  /** A retired key opens messages until then; null while not retired. */
  readonly decryptsUntil: Date | null
}

/** Everything that a process needs to serve, of one version; immutable. */
export interface Configuration {
  readonly version: number
  readonly authorities: readonly AuthorityRecord[]
  readonly issuers: readonly IssuerRecord[]
  readonly raProfiles: readonly RaProfile[]
  readonly scepProfiles: readonly ScepProfile[]
  readonly raCertificates: readonly RaCertificateRecord[]
}

/** What a first start writes in one commit; the store gives the ids, and the rules of the profiles their defaults. */
export interface FirstInstallation {
  readonly authority: { readonly uuid: string; readonly name: string; readonly kind: 'built-in' }
  readonly issuer: Pick<IssuerRecord, 'certificate' | 'chain'> & { readonly privateKey: PrivateKeyMaterial }
  readonly raProfile: Omit<RaProfile, 'id' | 'authorityId' | 'scepProfileId' | 'approval' | 'metadata'>
  readonly scepProfile: Pick<
    ScepProfile,
    | 'uuid'
    | 'name'
    | 'description'
    | 'enabled'
    | 'isDefault'
    | 'challengeKind'
    | 'staticChallenge'
    | 'compatibility'
    | 'includeCaCertificate'
    | 'includeCaCertificateChain'
    | 'renewalThresholdDays'
    | 'allowPolling'
  >
  /** Without a certificate of its own the CA opens messages and signs replies itself. */
  readonly raCertificate: IssuedRaCertificate | { readonly uuid: string; readonly same: 'issuer' }
}

/** An RA certificate that our CA issued, and its key. */
export interface IssuedRaCertificate {
  readonly uuid: string
  readonly certificate: Buffer
  readonly privateKey: PrivateKeyMaterial
  readonly serialNumber: Buffer
  readonly notBefore: Date
  readonly notAfter: Date
}

/** A next generation of a CA with everything that devices need to use it, written in one commit. */
export interface NextIssuer {
  readonly authorityUuid: string
  readonly generation: number
  readonly certificate: Buffer
  readonly chain: readonly Buffer[]
  readonly privateKey: PrivateKeyMaterial
  readonly currentFrom: Date | null
  /** One for each SCEP profile whose endpoints lead to the authority. */
  readonly raCertificates: readonly RaCertificateOfNextIssuer[]
}

export type RaCertificateOfNextIssuer = FirstInstallation['raCertificate'] & { readonly scepProfileId: number }

/** How the RA certificates of a CA that steps back go on. */
export interface SteppingBack {
  /** The `next` generation that takes over, or is withdrawn. */
  readonly issuerId: number
  readonly raCertificates: readonly { readonly uuid: string; readonly decryptsUntil: Date }[]
}
