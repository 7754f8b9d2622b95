import type {
  AuthorityRecord,
  IssuedRaCertificate,
  IssuerRecord,
  KeyElsewhere,
  PrivateKeyMaterial,
} from './configuration.ts'
import type { RaProfile, ScepProfile } from './profile.ts'

/**
 * One step of a change of the configuration. Several are written in one commit, and later ones may name what earlier ones
 * make: by UUID, or an issuer by authority and generation. Whether a step is wise was decided before; the store only refuses
 * what would contradict what is there.
 */
export type ConfigurationEdit =
  | { readonly edit: 'addAuthority'; readonly authority: NewAuthority }
  | { readonly edit: 'setAuthority'; readonly uuid: string; readonly change: AuthorityChange }
  /** Refused while an RA profile uses it, or a device has a certificate of it. Its keys are destroyed. */
  | { readonly edit: 'deleteAuthority'; readonly uuid: string }
  /** A key of ours that a foreign CA is to certify. One at a time: the former request is forgotten with its key. */
  | {
      readonly edit: 'requestIssuer'
      readonly authorityUuid: string
      readonly csr: Buffer
      readonly privateKey: PrivateKeyMaterial
    }
  | { readonly edit: 'addIssuer'; readonly issuer: NewIssuer }
  | { readonly edit: 'addRaProfile'; readonly raProfile: NewRaProfile }
  | { readonly edit: 'setRaProfile'; readonly uuid: string; readonly change: RaProfileChange }
  /** Refused while it is the default RA profile of a SCEP profile. */
  | { readonly edit: 'deleteRaProfile'; readonly uuid: string }
  | { readonly edit: 'addScepProfile'; readonly scepProfile: NewScepProfile }
  | { readonly edit: 'setScepProfile'; readonly uuid: string; readonly change: ScepProfileChange }
  /** It and no other answers the conventional addresses; null: none does. */
  | { readonly edit: 'makeDefault'; readonly scepProfileUuid: string | null }
  /** Refused while SCEP is switched on with it for an RA profile. Its secrets and keys are destroyed. */
  | { readonly edit: 'deleteScepProfile'; readonly uuid: string }
  | { readonly edit: 'addRaCertificate'; readonly raCertificate: RaCertificateToAdd }
  | { readonly edit: 'retireRaCertificate'; readonly uuid: string; readonly decryptsUntil: Date }

export type NewAuthority = Omit<AuthorityRecord, 'id' | 'requestedCsr' | 'requestedKey'>

/** Absent keys keep their value; `secrets: undefined` clears them. */
export type AuthorityChange = Partial<Pick<AuthorityRecord, 'description' | 'enabled' | 'settings' | 'secrets'>>

export interface NewIssuer extends Pick<IssuerRecord, 'generation' | 'certificate' | 'chain' | 'currentFrom'> {
  readonly authorityUuid: string
  readonly state: 'current' | 'next'
  /** `requested`: that of the authority's request, which is thereby fulfilled. */
  readonly privateKey: PrivateKeyMaterial | KeyElsewhere | 'requested'
}

export type NewRaProfile = Omit<RaProfile, 'id' | 'authorityId' | 'scepProfileId'> & {
  readonly authorityUuid: string
  readonly scepProfileUuid: string | null
}

/** What an administrator may change in an RA profile; absent keys keep their value. */
export type RaProfileChange = Partial<
  Pick<RaProfile, 'description' | 'enabled' | 'certificate' | 'subject' | 'keys' | 'approval' | 'metadata'> & {
    readonly authorityUuid: string
    /** SCEP is switched on with this profile; null: switched off. */
    readonly scepProfileUuid: string | null
  }
>

export type NewScepProfile = Omit<ScepProfile, 'id' | 'isDefault' | 'defaultRaProfileId'> & {
  readonly defaultRaProfileUuid: string | null
}

/** What an administrator may change in a SCEP profile; absent keys keep their value, `undefined` clears a secret. */
export type ScepProfileChange = Partial<
  Omit<ScepProfile, 'id' | 'uuid' | 'name' | 'isDefault' | 'defaultRaProfileId'> & {
    readonly defaultRaProfileUuid: string | null
  }
>

/** The RA certificate of a SCEP profile at one issuer: issued for it, or the same as another one. */
export type RaCertificateToAdd = {
  readonly uuid: string
  readonly scepProfileUuid: string
  readonly authorityUuid: string
  readonly generation: number
  readonly state: 'next' | 'current'
} & (
  | Omit<IssuedRaCertificate, 'uuid'>
  /** The CA opens messages and signs replies itself. */
  | { readonly same: 'issuer' }
  /** That of another SCEP profile, by UUID. */
  | { readonly same: 'raCertificate'; readonly of: string }
)
