import type { Name } from '@chancery/pki'
import type { Authority, ChallengeValidator } from './ports.ts'
import type { RaProfile, ScepProfile } from './profile.ts'

/** What a device addresses, resolved once from one version of the configuration. */
export interface Endpoint {
  /** As addressed: `scepProfile/default` or `raProfile/default`. */
  readonly address: string
  readonly scepProfile: ScepProfile
  readonly raProfile: RaProfile
  readonly authority: Authority
  /** Undefined only where the profile says `none`: nobody is asked for a challenge. */
  readonly challenge: ChallengeValidator | undefined
  /** Keys that no device may bring: those of the CA and of the RA, as SHA-256 of their SubjectPublicKeyInfo in hex. */
  readonly ownKeyDigests: ReadonlySet<string>
  /** Every generation of the authority: certificates of these are the endpoint's own to renew. */
  readonly issuerIds: ReadonlySet<number>
  /** Their names, as questions for certificates and CRLs have them; the generation that issues first, then the younger before the older. */
  readonly issuerNames: ReadonlyMap<number, Name>
  /**
   * Generations before the one that was addressed: who has a certificate of one of them and asks a newer CA asks for
   * another certificate (RFC 8894 §5.1). Absent: there are none.
   */
  readonly olderIssuerIds?: ReadonlySet<number>
  /** Those that there are: a transaction of one that was deleted is over, whatever its name means now. */
  readonly raProfileIds: ReadonlySet<number>
  /** A transaction keeps the RA profile that it began with; one that is switched off hands out nothing more. */
  readonly enabledRaProfileIds: ReadonlySet<number>
  readonly configurationVersion: number
}
