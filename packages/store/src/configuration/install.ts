import type { FirstInstallation } from '@chancery/ra'
import { fromDate, fromDerList, fromFlag } from '../column.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { insertRow, slot, statement } from '../statement.ts'
import type { Unit, Write } from '../unit.ts'
import { idOf, writeAuthorityKey } from './authority-key.ts'
import { sealSecret } from './edit/scep-profile.ts'
import { writeFirstRaCertificate } from './ra-certificate.ts'

/** Everything a first start makes, in one commit; it does nothing where there is a configuration already. */
export function installationUnit(keys: StoreKeys, first: FirstInstallation, now: Date): Unit {
  const { authority, issuer, raProfile, scepProfile } = first
  const key = writeAuthorityKey(keys, 'ca', issuer.privateKey, { uuid: authority.uuid }, now)
  const at = fromDate(now)
  const write = (written: Write['statement'], values: Write['values']): Write => ({
    statement: written,
    values,
    otherwise: 'state',
  })
  return {
    sequential: true,
    announce: true,
    writes: [
      write(beFirst, {}),
      write(insertAuthority, { uuid: authority.uuid, name: authority.name, kind: authority.kind, now: at }),
      key.write,
      write(insertIssuer, {
        authority: authority.uuid,
        key: key.uuid,
        certificate: issuer.certificate,
        chain: fromDerList(issuer.chain),
        now: at,
      }),
      write(insertScepProfile, {
        uuid: scepProfile.uuid,
        name: scepProfile.name,
        description: scepProfile.description,
        enabled: fromFlag(scepProfile.enabled),
        isDefault: fromFlag(scepProfile.isDefault),
        challengeKind: scepProfile.challengeKind,
        staticChallenge:
          scepProfile.staticChallenge === undefined
            ? null
            : sealSecret(keys, 'static_challenge', scepProfile.uuid, scepProfile.staticChallenge),
        compatibility: JSON.stringify(scepProfile.compatibility),
        includeCaCertificate: fromFlag(scepProfile.includeCaCertificate),
        includeCaCertificateChain: fromFlag(scepProfile.includeCaCertificateChain),
        renewalThresholdDays: scepProfile.renewalThresholdDays,
        allowPolling: fromFlag(scepProfile.allowPolling),
      }),
      write(insertRaProfile, {
        uuid: raProfile.uuid,
        name: raProfile.name,
        description: raProfile.description,
        enabled: fromFlag(raProfile.enabled),
        authority: authority.uuid,
        scepProfile: scepProfile.uuid,
        certificate: JSON.stringify(raProfile.certificate),
        subject: JSON.stringify(raProfile.subject),
        keys: JSON.stringify(raProfile.keys),
      }),
      write(setDefaultRaProfile, { scepProfile: scepProfile.uuid, raProfile: raProfile.uuid }),
      ...writeFirstRaCertificate(keys, first, key.uuid, now),
    ],
  }
}

/** Of two nodes that start on an empty database the second waits here for the first, and then finds 1. */
const beFirst = statement(
  (db) => db.updateTable('config_version').set({ version: 1 }).where('id', '=', 1).where('version', '=', 0),
  'version',
)

const insertAuthority = statement((db) =>
  insertRow(db, 'authority', {
    uuid: slot('uuid'),
    name: slot('name'),
    kind: slot('kind'),
    created_at: slot('now'),
  }),
)

const insertIssuer = statement((db) =>
  insertRow(db, 'issuer', {
    authority_id: idOf('authority', 'authority'),
    generation: 1,
    state: 'current',
    certificate: slot('certificate'),
    chain: slot('chain'),
    key_id: idOf('authority_key', 'key'),
    created_at: slot('now'),
  }),
)

const insertScepProfile = statement((db) =>
  insertRow(db, 'scep_profile', {
    uuid: slot('uuid'),
    name: slot('name'),
    description: slot('description'),
    enabled: slot('enabled'),
    is_default: slot('isDefault'),
    challenge_kind: slot('challengeKind'),
    static_challenge: slot('staticChallenge'),
    compatibility: slot('compatibility'),
    include_ca_certificate: slot('includeCaCertificate'),
    include_ca_certificate_chain: slot('includeCaCertificateChain'),
    renewal_threshold_days: slot('renewalThresholdDays'),
    allow_polling: slot('allowPolling'),
    default_ra_profile_id: null,
  }),
)

const insertRaProfile = statement((db) =>
  insertRow(db, 'ra_profile', {
    uuid: slot('uuid'),
    name: slot('name'),
    description: slot('description'),
    enabled: slot('enabled'),
    authority_id: idOf('authority', 'authority'),
    scep_profile_id: idOf('scep_profile', 'scepProfile'),
    certificate_settings: slot('certificate'),
    subject_rules: slot('subject'),
    key_rules: slot('keys'),
  }),
)

const setDefaultRaProfile = statement((db) =>
  db
    .updateTable('scep_profile')
    .set({ default_ra_profile_id: idOf('ra_profile', 'raProfile') })
    .where('uuid', '=', slot<string>('scepProfile')),
)
