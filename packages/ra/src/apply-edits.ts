import type {
  AuthorityRecord,
  Configuration,
  IssuerRecord,
  PrivateKeyMaterial,
  RaCertificateRecord,
} from './configuration.ts'
import type { ConfigurationEdit, NewIssuer, RaCertificateToAdd } from './configuration-edit.ts'
import type { RaProfile, ScepProfile } from './profile.ts'

type Of<Edit extends ConfigurationEdit['edit']> = Extract<ConfigurationEdit, { edit: Edit }>

type Apply = {
  readonly [Edit in ConfigurationEdit['edit']]: (before: Configuration, edit: Of<Edit>, now: Date) => Configuration
}

/**
 * The configuration as it would be after some edits: for plans and dry runs, and for decisions that rest on edits which are
 * not written yet. Rows that are not in the store have negative ids.
 * @throws {TypeError} when an edit names what is not there
 */
export function applyEdits(
  configuration: Configuration,
  edits: readonly ConfigurationEdit[],
  now: Date,
): Configuration {
  return edits.reduce(
    (before, edit) => (APPLY[edit.edit] as (...given: unknown[]) => Configuration)(before, edit, now),
    configuration,
  )
}

const APPLY: Apply = {
  addAuthority: (before, { authority }) => ({
    ...before,
    authorities: [
      ...before.authorities,
      { ...authority, id: newId(before.authorities), requestedCsr: undefined, requestedKey: undefined },
    ],
  }),
  setAuthority: (before, { uuid, change }) => ({
    ...before,
    authorities: replace(before.authorities, uuid, (one) => ({ ...one, ...change })),
  }),
  deleteAuthority: (before, { uuid }) => {
    const { id } = find(before.authorities, uuid)
    return {
      ...before,
      authorities: before.authorities.filter((one) => one.id !== id),
      issuers: before.issuers.filter(({ authorityId }) => authorityId !== id),
    }
  },
  requestIssuer: (before, { authorityUuid, csr, privateKey }) => ({
    ...before,
    authorities: replace(before.authorities, authorityUuid, (one) => ({
      ...one,
      requestedCsr: csr,
      requestedKey: privateKey,
    })),
  }),
  addIssuer: addIssuer,
  addRaProfile: (before, { raProfile: { authorityUuid, scepProfileUuid, ...raProfile } }) => ({
    ...before,
    raProfiles: [
      ...before.raProfiles,
      {
        ...raProfile,
        id: newId(before.raProfiles),
        authorityId: find(before.authorities, authorityUuid).id,
        scepProfileId: idOrNull(before.scepProfiles, scepProfileUuid),
      },
    ],
  }),
  setRaProfile: (before, { uuid, change: { authorityUuid, scepProfileUuid, ...change } }) => ({
    ...before,
    raProfiles: replace(before.raProfiles, uuid, (one) => ({
      ...one,
      ...change,
      ...(authorityUuid !== undefined && { authorityId: find(before.authorities, authorityUuid).id }),
      ...(scepProfileUuid !== undefined && { scepProfileId: idOrNull(before.scepProfiles, scepProfileUuid) }),
    })),
  }),
  deleteRaProfile: (before, { uuid }) => ({ ...before, raProfiles: without(before.raProfiles, uuid) }),
  addScepProfile: (before, { scepProfile: { defaultRaProfileUuid, ...scepProfile } }) => ({
    ...before,
    scepProfiles: [
      ...before.scepProfiles,
      {
        ...scepProfile,
        id: newId(before.scepProfiles),
        isDefault: false,
        defaultRaProfileId: idOrNull(before.raProfiles, defaultRaProfileUuid),
      },
    ],
  }),
  setScepProfile: (before, { uuid, change: { defaultRaProfileUuid, ...change } }) => ({
    ...before,
    scepProfiles: replace(before.scepProfiles, uuid, (one) => ({
      ...one,
      ...change,
      ...(defaultRaProfileUuid !== undefined && {
        defaultRaProfileId: idOrNull(before.raProfiles, defaultRaProfileUuid),
      }),
    })),
  }),
  makeDefault: (before, { scepProfileUuid }) => ({
    ...before,
    scepProfiles: before.scepProfiles.map((one) => ({ ...one, isDefault: one.uuid === scepProfileUuid })),
  }),
  deleteScepProfile: (before, { uuid }) => ({
    ...before,
    scepProfiles: without(before.scepProfiles, uuid),
    raCertificates: before.raCertificates.filter(
      ({ scepProfileId }) => scepProfileId !== find(before.scepProfiles, uuid).id,
    ),
  }),
  addRaCertificate: (before, { raCertificate }, now) => ({
    ...before,
    raCertificates: [...before.raCertificates, toRaCertificate(before, raCertificate, now)],
  }),
  retireRaCertificate: (before, { uuid, decryptsUntil }) => ({
    ...before,
    raCertificates: replace(before.raCertificates, uuid, (one) => ({ ...one, state: 'retired', decryptsUntil })),
  }),
}

function addIssuer(before: Configuration, { issuer }: { readonly issuer: NewIssuer }): Configuration {
  const { authorityUuid, privateKey, ...rest } = issuer
  const authority = find(before.authorities, authorityUuid)
  const added: IssuerRecord = {
    ...rest,
    id: newId(before.issuers),
    authorityId: authority.id,
    privateKey: privateKey === 'requested' ? keyOfRequest(authority) : privateKey,
  }
  const authorities: readonly AuthorityRecord[] =
    privateKey === 'requested'
      ? replace(before.authorities, authorityUuid, (one) => ({
          ...one,
          requestedCsr: undefined,
          requestedKey: undefined,
        }))
      : before.authorities
  return { ...before, authorities, issuers: [...before.issuers, added] }
}

function keyOfRequest({ name, requestedKey }: AuthorityRecord): PrivateKeyMaterial {
  if (requestedKey === undefined) throw new TypeError(`authority ${name} waits for no certificate`)
  return requestedKey
}

function toRaCertificate(before: Configuration, added: RaCertificateToAdd, now: Date): RaCertificateRecord {
  const authority = find(before.authorities, added.authorityUuid)
  const issuer = before.issuers.find(
    ({ authorityId, generation }) => authorityId === authority.id && generation === added.generation,
  )
  if (issuer === undefined) throw new TypeError(`authority ${authority.name} has no generation ${added.generation}`)
  const { uuid, state } = added
  return {
    ...keyAndCertificate(before, added, issuer),
    id: newId(before.raCertificates),
    uuid,
    state,
    scepProfileId: find(before.scepProfiles, added.scepProfileUuid).id,
    issuerId: issuer.id,
    since: now,
    decryptsUntil: null,
  }
}

function keyAndCertificate(
  { raCertificates }: Configuration,
  added: RaCertificateToAdd,
  issuer: IssuerRecord,
): Pick<RaCertificateRecord, 'certificate' | 'privateKey'> {
  const { certificate, privateKey } = 'same' in added ? shared(raCertificates, added, issuer) : added
  return { certificate, privateKey }
}

function shared(
  raCertificates: readonly RaCertificateRecord[],
  added: Extract<RaCertificateToAdd, { same: unknown }>,
  issuer: IssuerRecord,
): Pick<RaCertificateRecord, 'certificate' | 'privateKey'> {
  if (added.same === 'raCertificate') return find(raCertificates, added.of)
  const { certificate, privateKey } = issuer
  if (privateKey.kind === 'elsewhere') throw new TypeError('the key of this CA is not here')
  return { certificate, privateKey }
}

interface Row {
  readonly id: number
  readonly uuid: string
}

function find<T extends Row>(rows: readonly T[], uuid: string): T {
  const found = rows.find((one) => one.uuid === uuid)
  if (found === undefined) throw new TypeError(`nothing has the UUID ${uuid}`)
  return found
}

function idOrNull(rows: readonly (RaProfile | ScepProfile)[], uuid: string | null): number | null {
  return uuid === null ? null : find(rows, uuid).id
}

function replace<T extends Row>(rows: readonly T[], uuid: string, by: (row: T) => T): T[] {
  const { id } = find(rows, uuid)
  return rows.map((one) => (one.id === id ? by(one) : one))
}

function without<T extends Row>(rows: readonly T[], uuid: string): T[] {
  const { id } = find(rows, uuid)
  return rows.filter((one) => one.id !== id)
}

function newId(rows: readonly { readonly id: number }[]): number {
  return Math.min(0, ...rows.map(({ id }) => id)) - 1
}
