import {
  type ApprovalRule,
  type AuthorityRecord,
  type CertificateSettings,
  type CompatibilityChoice,
  type Configuration,
  DEFAULT_APPROVAL_RULE,
  DEFAULT_ENROLMENT_RULE,
  DEFAULT_RENEWAL_RULE,
  DEFAULT_WAITING_RULE,
  type EnrolmentRule,
  type KeyRules,
  type PrivateKeyMaterial,
  type RaProfile,
  type RenewalRule,
  type ScepProfile,
  Secret,
  type SubjectRules,
  type WaitingRule,
} from '@chancery/ra'
import type { Selectable } from 'kysely'
import { toBytes, toDate, toDerList, toFlag } from '../column.ts'
import type { Driver } from '../driver.ts'
import type { AuthorityKeyTable, RaProfileTable, ScepProfileTable } from '../schema/tables.ts'
import { unseal } from '../seal/seal.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { statement } from '../statement.ts'

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
  const privateKey = (id: number): PrivateKeyMaterial => {
    const open = privateKeys.get(id)
    if (open === undefined) throw new TypeError(`no authority_key ${id}`)
    return open()
  }
  return {
    version: versions[0]?.version ?? 0,
    authorities: authorities.map(({ id, uuid, name, kind }) => ({
      id,
      uuid,
      name,
      kind: kind as AuthorityRecord['kind'],
    })),
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
      privateKey: privateKey(row.key_id),
      since: toDate(row.since),
      decryptsUntil: row.decrypts_until === null ? null : toDate(row.decrypts_until),
    })),
  }
}

const allVersions = statement((db) => db.selectFrom('config_version').selectAll().where('id', '=', 1))
const allAuthorities = statement((db) => db.selectFrom('authority').selectAll().orderBy('id'))
const allKeys = statement((db) => db.selectFrom('authority_key').selectAll().where('state', '=', 'active'))
const allIssuers = statement((db) => db.selectFrom('issuer').selectAll().orderBy('id'))
const allRaProfiles = statement((db) => db.selectFrom('ra_profile').selectAll().orderBy('id'))
const allScepProfiles = statement((db) => db.selectFrom('scep_profile').selectAll().orderBy('id'))
const allRaCertificates = statement((db) => db.selectFrom('ra_certificate').selectAll().orderBy('id'))

function openKey(keys: StoreKeys, { uuid, sealed_key }: Selectable<AuthorityKeyTable>): PrivateKeyMaterial {
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
    certificate: JSON.parse(row.certificate_settings) as CertificateSettings,
    subject: JSON.parse(row.subject_rules) as SubjectRules,
    keys: JSON.parse(row.key_rules) as KeyRules,
    approval: { ...DEFAULT_APPROVAL_RULE, ...(JSON.parse(row.approval_rule) as Partial<ApprovalRule>) },
  }
}

function toScepProfile(row: Selectable<ScepProfileTable>, keys: StoreKeys): ScepProfile {
  const place = { table: 'scep_profile', column: 'static_challenge', row: row.uuid }
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    description: row.description,
    enabled: toFlag(row.enabled),
    isDefault: toFlag(row.is_default),
    challengeKind: row.challenge_kind,
    staticChallenge:
      row.static_challenge === null
        ? undefined
        : new Secret(unseal(keys, place, toBytes(row.static_challenge)).toString('utf8')),
    compatibility: JSON.parse(row.compatibility) as CompatibilityChoice,
    includeCaCertificate: toFlag(row.include_ca_certificate),
    includeCaCertificateChain: toFlag(row.include_ca_certificate_chain),
    renewalThresholdDays: row.renewal_threshold_days,
    renewal: { ...DEFAULT_RENEWAL_RULE, ...(JSON.parse(row.renewal_rule) as Partial<RenewalRule>) },
    enrolment: { ...DEFAULT_ENROLMENT_RULE, ...(JSON.parse(row.enrolment_rule) as Partial<EnrolmentRule>) },
    allowPolling: toFlag(row.allow_polling),
    waiting: { ...DEFAULT_WAITING_RULE, ...(JSON.parse(row.waiting_rule) as Partial<WaitingRule>) },
    defaultRaProfileId: row.default_ra_profile_id,
  }
}
