import {
  type AccessRule,
  type ApprovalRule,
  type AuthorityRecord,
  type CertificateSettings,
  type CompatibilityChoice,
  type Configuration,
  DEFAULT_ACCESS_RULE,
  DEFAULT_APPROVAL_RULE,
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_ENROLMENT_RULE,
  DEFAULT_KEY_RULES,
  DEFAULT_RA_CERTIFICATE_RULE,
  DEFAULT_RA_PROFILE_METADATA,
  DEFAULT_RENEWAL_RULE,
  DEFAULT_SCEP_PROFILE_METADATA,
  DEFAULT_SUBJECT_RULES,
  DEFAULT_WAITING_RULE,
  type EnrolmentRule,
  type IntuneRule,
  type KeyElsewhere,
  type KeyRules,
  type PrivateKeyMaterial,
  type RaCertificateRule,
  type RaProfile,
  type RaProfileMetadata,
  type RenewalRule,
  type ScepProfile,
  type ScepProfileMetadata,
  Secret,
  type SubjectRules,
  type WaitingRule,
  type WebhookRule,
} from '@chancery/ra'
import type { Selectable } from 'kysely'
import { toBytes, toDate, toDerList, toFlag } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { AuthorityKeyTable, AuthorityTable, RaProfileTable, ScepProfileTable } from '../schema/tables.ts'
import { type SealedPlace, unseal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { statement } from '../statement.ts'
import { secretsPlace } from './edit/authority.ts'
import { type SecretColumn, secretPlace } from './edit/scep-profile.ts'

/** All of one version, read from one state of the database, keys and secrets opened. */
export async function loadConfiguration(driver: Driver, keys: StoreKeys): Promise<Configuration> {
  const [versions, authorities, authorityKeys, issuers, raProfiles, scepProfiles, raCertificates] =
    await driver.snapshot([
      allVersions,
      allAuthorities,
      allKeys,
      allIssuers,
      allRaProfiles,
      allScepProfiles,
      allRaCertificates,
    ] as const)
  const privateKeys = new Map(authorityKeys.map((row) => [row.id, () => openKey(keys, row)]))
  const privateKey = (id: number): PrivateKeyMaterial | KeyElsewhere => {
    const open = privateKeys.get(id)
    if (open === undefined) throw new TypeError(`no authority_key ${id}`)
    return open()
  }
  const ownKey = (id: number): PrivateKeyMaterial => {
    const key = privateKey(id)
    if (key.kind === 'elsewhere') throw new TypeError(`authority_key ${id} is elsewhere`)
    return key
  }
  return {
    version: versions[0]?.version ?? 0,
    authorities: authorities.map((row) => toAuthority(row, keys, ownKey)),
    issuers: issuers.map((row) => ({
      id: row.id,
      authorityId: row.authority_id,
      generation: row.generation,
      state: row.state,
      certificate: toBytes(row.certificate),
      chain: toDerList(row.chain),
      privateKey: privateKey(row.key_id),
      currentFrom: row.current_from === null ? null : toDate(row.current_from),
    })),
    raProfiles: raProfiles.map(toRaProfile),
    scepProfiles: scepProfiles.map((row) => toScepProfile(row, keys)),
    raCertificates: raCertificates.map((row) => ({
      id: row.id,
      uuid: row.uuid,
      scepProfileId: row.scep_profile_id,
      issuerId: row.issuer_id,
      state: row.state,
      certificate: toBytes(row.certificate),
      privateKey: ownKey(row.key_id),
      since: toDate(row.since),
      decryptsUntil: row.decrypts_until === null ? null : toDate(row.decrypts_until),
    })),
  }
}

const allVersions = statement((db) => db.selectFrom('config_version').selectAll().where('id', '=', 1))
const allAuthorities = statement((db) =>
  db.selectFrom('authority').selectAll().where('deleted_at', 'is', null).orderBy('id'),
)
const allKeys = statement((db) => db.selectFrom('authority_key').selectAll().where('state', '=', 'active'))
const allIssuers = statement((db) =>
  db
    .selectFrom('issuer')
    .innerJoin('authority', 'authority.id', 'issuer.authority_id')
    .where('authority.deleted_at', 'is', null)
    .selectAll('issuer')
    .orderBy('issuer.id'),
)
const allRaProfiles = statement((db) =>
  db.selectFrom('ra_profile').selectAll().where('deleted_at', 'is', null).orderBy('id'),
)
const allScepProfiles = statement((db) =>
  db.selectFrom('scep_profile').selectAll().where('deleted_at', 'is', null).orderBy('id'),
)
const allRaCertificates = statement((db) =>
  db
    .selectFrom('ra_certificate')
    .innerJoin('scep_profile', 'scep_profile.id', 'ra_certificate.scep_profile_id')
    .innerJoin('issuer', 'issuer.id', 'ra_certificate.issuer_id')
    .innerJoin('authority', 'authority.id', 'issuer.authority_id')
    .where('scep_profile.deleted_at', 'is', null)
    .where('authority.deleted_at', 'is', null)
    .selectAll('ra_certificate')
    .orderBy('ra_certificate.id'),
)

function toAuthority(
  row: Selectable<AuthorityTable>,
  keys: StoreKeys,
  ownKey: (id: number) => PrivateKeyMaterial,
): AuthorityRecord {
  const { id, uuid, name, description, settings, sealed_secrets, requested_csr, requested_key_id } = row
  return {
    id,
    uuid,
    name,
    kind: row.kind as AuthorityRecord['kind'],
    description,
    enabled: toFlag(row.enabled),
    settings: JSON.parse(settings) as AuthorityRecord['settings'],
    secrets: sealed_secrets === null ? undefined : openSecret(keys, secretsPlace(uuid), sealed_secrets),
    requestedCsr: requested_csr === null ? undefined : toBytes(requested_csr),
    requestedKey: requested_key_id === null ? undefined : ownKey(requested_key_id),
  }
}

function openSecret(keys: StoreKeys, place: SealedPlace, sealed: Uint8Array): Secret {
  return new Secret(unseal(keys, place, toBytes(sealed)).toString('utf8'))
}

function openKey(
  keys: StoreKeys,
  { uuid, kind, sealed_key }: Selectable<AuthorityKeyTable>,
): PrivateKeyMaterial | KeyElsewhere {
  if (kind === 'elsewhere') return { kind }
  if (sealed_key === null) throw new TypeError(`authority_key ${uuid} holds no key`)
  const place = { table: 'authority_key', column: 'sealed_key', row: uuid }
  return { kind: 'software', pkcs8: unseal(keys, place, toBytes(sealed_key)) }
}

function toRaProfile(row: Selectable<RaProfileTable>): RaProfile {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    description: row.description,
    enabled: toFlag(row.enabled),
    authorityId: row.authority_id,
    scepProfileId: row.scep_profile_id,
    certificate: {
      ...DEFAULT_CERTIFICATE_SETTINGS,
      ...(JSON.parse(row.certificate_settings) as Partial<CertificateSettings>),
    },
    subject: { ...DEFAULT_SUBJECT_RULES, ...(JSON.parse(row.subject_rules) as Partial<SubjectRules>) },
    keys: { ...DEFAULT_KEY_RULES, ...(JSON.parse(row.key_rules) as Partial<KeyRules>) },
    approval: { ...DEFAULT_APPROVAL_RULE, ...(JSON.parse(row.approval_rule) as Partial<ApprovalRule>) },
    metadata: { ...DEFAULT_RA_PROFILE_METADATA, ...(JSON.parse(row.metadata) as Partial<RaProfileMetadata>) },
  }
}

function toScepProfile(row: Selectable<ScepProfileTable>, keys: StoreKeys): ScepProfile {
  const secret = (column: SecretColumn) => {
    const sealed = row[column]
    return sealed === null ? undefined : openSecret(keys, secretPlace(column, row.uuid), sealed)
  }
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    description: row.description,
    enabled: toFlag(row.enabled),
    isDefault: toFlag(row.is_default),
    challengeKind: row.challenge_kind,
    staticChallenge: secret('static_challenge'),
    compatibility: JSON.parse(row.compatibility) as CompatibilityChoice,
    includeCaCertificate: toFlag(row.include_ca_certificate),
    includeCaCertificateChain: toFlag(row.include_ca_certificate_chain),
    renewalThresholdDays: row.renewal_threshold_days,
    renewal: { ...DEFAULT_RENEWAL_RULE, ...(JSON.parse(row.renewal_rule) as Partial<RenewalRule>) },
    enrolment: { ...DEFAULT_ENROLMENT_RULE, ...(JSON.parse(row.enrolment_rule) as Partial<EnrolmentRule>) },
    allowPolling: toFlag(row.allow_polling),
    waiting: { ...DEFAULT_WAITING_RULE, ...(JSON.parse(row.waiting_rule) as Partial<WaitingRule>) },
    access: { ...DEFAULT_ACCESS_RULE, ...(JSON.parse(row.access_rule) as Partial<AccessRule>) },
    raCertificate: {
      ...DEFAULT_RA_CERTIFICATE_RULE,
      ...(JSON.parse(row.ra_certificate_rule) as Partial<RaCertificateRule>),
    },
    webhook: row.webhook === null ? null : (JSON.parse(row.webhook) as WebhookRule),
    webhookKey: secret('sealed_webhook_key'),
    intune: row.intune === null ? null : (JSON.parse(row.intune) as IntuneRule),
    intuneKey: secret('sealed_intune_key'),
    metadata: { ...DEFAULT_SCEP_PROFILE_METADATA, ...(JSON.parse(row.metadata) as Partial<ScepProfileMetadata>) },
    defaultRaProfileId: row.default_ra_profile_id,
  }
}
