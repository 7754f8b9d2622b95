import { parseCertificate } from '@chancery/pki'
import type {
  AuditObject,
  AuthorityRecord,
  Configuration,
  IssuerRecord,
  RaCertificateRecord,
  RaProfile,
  ScepProfile,
} from '@chancery/ra'
import type { View } from './difference.ts'

/** A row of the configuration as the audit log tells it: others by their names, no key. */
export interface Viewed {
  /** By which the same row is found again after a change. */
  readonly key: string
  readonly noun: string
  readonly object: AuditObject
  /** The row itself: what is the same object did not change, and need not be looked at. */
  readonly row: object
  view(): View
  /** Goes with it: that is not told apart. */
  readonly belongsTo?: string
}

/** In the order in which they rest on each other. */
export function viewsOf(configuration: Configuration): Viewed[] {
  const { authorities, issuers, raProfiles, scepProfiles, raCertificates } = configuration
  return [
    ...authorities.map(ofAuthority),
    ...issuers.map((issuer) => ofIssuer(issuer, configuration)),
    ...scepProfiles.map((profile) => ofScepProfile(profile, configuration)),
    ...raProfiles.map((profile) => ofRaProfile(profile, configuration)),
    ...raCertificates.map((record) => ofRaCertificate(record, configuration)),
  ]
}

function ofAuthority(row: AuthorityRecord): Viewed {
  const { id: _, requestedKey: __, ...view } = row
  const { uuid, name } = view
  return { key: uuid, noun: 'authority', object: { kind: 'authority', uuid, name }, row, view: () => view }
}

/** Its changes are found with the authority. */
function ofIssuer(row: IssuerRecord, { authorities }: Configuration): Viewed {
  const { authorityId, generation, state, certificate, currentFrom } = row
  const { uuid = '', name = '' } = authorities.find(({ id }) => id === authorityId) ?? {}
  return {
    key: `${uuid}/${generation}`,
    noun: 'issuer',
    object: { kind: 'authority', uuid, name },
    row,
    view: () => ({ generation, state, certificate, currentFrom }),
    belongsTo: uuid,
  }
}

function ofRaProfile(row: RaProfile, configuration: Configuration): Viewed {
  const { id: _, authorityId, scepProfileId, ...view } = row
  const { uuid, name } = view
  const authority = nameOf(configuration.authorities, authorityId)
  const scepProfile = nameOf(configuration.scepProfiles, scepProfileId)
  return {
    key: uuid,
    noun: 'raProfile',
    object: { kind: 'raProfile', uuid, name },
    row,
    view: () => ({ ...view, authority, scepProfile }),
  }
}

function ofScepProfile(row: ScepProfile, { raProfiles }: Configuration): Viewed {
  const { id: _, defaultRaProfileId, ...view } = row
  const { uuid, name } = view
  return {
    key: uuid,
    noun: 'scepProfile',
    object: { kind: 'scepProfile', uuid, name },
    row,
    view: () => ({ ...view, defaultRaProfile: nameOf(raProfiles, defaultRaProfileId) }),
  }
}

/** Its changes are found with the SCEP profile. */
function ofRaCertificate(record: RaCertificateRecord, configuration: Configuration): Viewed {
  const { uuid, scepProfileId, issuerId, state, certificate, decryptsUntil } = record
  const profile = configuration.scepProfiles.find(({ id }) => id === scepProfileId)
  const issuer = configuration.issuers.find(({ id }) => id === issuerId)
  const name = profile?.name ?? ''
  return {
    key: uuid,
    noun: 'raCertificate',
    object: { kind: 'scepProfile', ...(profile && { uuid: profile.uuid }), name },
    row: record,
    view: () => ({
      raCertificate: uuid,
      authority: nameOf(configuration.authorities, issuer?.authorityId ?? null),
      generation: issuer?.generation,
      state,
      certificate,
      notAfter: parseCertificate(certificate).notAfter,
      decryptsUntil,
    }),
    ...(profile && { belongsTo: profile.uuid }),
  }
}

function nameOf(rows: readonly { readonly id: number; readonly name: string }[], id: number | null): string | null {
  return rows.find((one) => one.id === id)?.name ?? null
}
