import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import type { FirstInstallation, IssuedRaCertificate, NextIssuer, RaCertificateOfNextIssuer } from '@chancery/ra'
import {
  insertFirstRaCertificateEntry,
  insertNextRaCertificateEntry,
  insertRaCertificateEntry,
} from '../certificate-write.ts'
import { fromDate } from '../column.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { insertRow, type Statement, slot, statement, type Values } from '../statement.ts'
import type { Write } from '../unit.ts'
import { idOf, issuerIdOfKey, onlyIdOf, writeAuthorityKey } from './authority-key.ts'

export interface NewRaCertificate extends IssuedRaCertificate {
  readonly scepProfileId: number
  readonly issuerId: number
}

/** Published as `next`; it is used once it is promoted (design, rule 9). */
export function writeRaCertificate(keys: StoreKeys, added: NewRaCertificate, now: Date): Write[] {
  const { uuid, certificate, privateKey, scepProfileId: scepProfile, issuerId: issuer } = added
  const key = writeAuthorityKey(keys, 'ra', privateKey, { issuerId: issuer }, now)
  const values = { uuid, scepProfile, issuer, state: 'next', certificate, key: key.uuid, since: fromDate(now) }
  return [
    key.write,
    { statement: insertRaCertificate, values, otherwise: 'state', unique: 'state' },
    { statement: insertRaCertificateEntry, values: { ...inventoryValues(added, now), issuer }, otherwise: 'state' },
  ]
}

/** In the unit of a first installation, whose only profile and only issuer it belongs to. */
export function writeFirstRaCertificate(
  keys: StoreKeys,
  { raCertificate: added, issuer, authority }: FirstInstallation,
  issuerKey: string,
  now: Date,
): Write[] {
  const statements = { row: insertFirstRaCertificate, entry: insertFirstRaCertificateEntry }
  const under = { statements, certificate: issuer.certificate, authorityUuid: authority.uuid, values: { issuerKey } }
  return writeCurrent(keys, added, under, now)
}

/** In the unit of a next generation, which the rows find by the key that was written before. */
export function writeRaCertificateOfNext(
  keys: StoreKeys,
  { scepProfileId: scepProfile, ...added }: RaCertificateOfNextIssuer,
  { certificate, authorityUuid }: NextIssuer,
  issuerKey: string,
  now: Date,
): Write[] {
  const statements = { row: insertRaCertificateOfNext, entry: insertNextRaCertificateEntry }
  return writeCurrent(keys, added, { statements, certificate, authorityUuid, values: { issuerKey, scepProfile } }, now)
}

interface NewIssuer {
  readonly statements: { readonly row: Statement; readonly entry: Statement }
  readonly certificate: Buffer
  readonly authorityUuid: string
  readonly values: Values & { readonly issuerKey: string }
}

/** Used from the start, because nobody uses its issuer before. */
function writeCurrent(
  keys: StoreKeys,
  added: FirstInstallation['raCertificate'],
  { statements, certificate, authorityUuid, values }: NewIssuer,
  now: Date,
): Write[] {
  const row = (der: Buffer, key: string): Write => ({
    statement: statements.row,
    values: { ...values, uuid: added.uuid, state: 'current', certificate: der, key, since: fromDate(now) },
    otherwise: 'state',
  })
  // The key stays in the one row where it is sealed, and the inventory has what a CA issued, not the CA.
  if ('same' in added) return [row(certificate, values.issuerKey)]
  const key = writeAuthorityKey(keys, 'ra', added.privateKey, { uuid: authorityUuid }, now)
  const entry = { ...values, ...inventoryValues(added, now) }
  return [
    key.write,
    row(added.certificate, key.uuid),
    { statement: statements.entry, values: entry, otherwise: 'state' },
  ]
}

/** The current one steps back and goes on opening messages; the next one takes its place. */
export function promote(uuid: string, decryptsUntil: Date, now: Date): Write[] {
  return [
    {
      statement: retireCurrent,
      values: { uuid, until: fromDate(decryptsUntil), now: fromDate(now) },
      expect: 'any',
      otherwise: 'state',
    },
    { statement: makeCurrent, values: { uuid, now: fromDate(now) }, otherwise: 'state' },
  ]
}

export function retire(uuid: string, decryptsUntil: Date): Write[] {
  return [{ statement: retireOne, values: { uuid, until: fromDate(decryptsUntil) }, otherwise: 'state' }]
}

const insertRaCertificate = statement((db) =>
  insertRow(db, 'ra_certificate', raCertificateRow(slot('scepProfile'), slot('issuer'))),
)

const insertFirstRaCertificate = statement((db) =>
  insertRow(db, 'ra_certificate', raCertificateRow(onlyIdOf('scep_profile'), onlyIdOf('issuer'))),
)

const insertRaCertificateOfNext = statement((db) =>
  insertRow(db, 'ra_certificate', raCertificateRow(slot('scepProfile'), issuerIdOfKey('issuerKey'))),
)

function raCertificateRow(scepProfileId: number, issuerId: number) {
  return {
    uuid: slot<string>('uuid'),
    scep_profile_id: scepProfileId,
    issuer_id: issuerId,
    state: slot<'next' | 'current'>('state'),
    certificate: slot<Buffer>('certificate'),
    key_id: idOf('authority_key', 'key'),
    since: slot<number>('since'),
    decrypts_until: null,
  }
}

const retireCurrent = statement((db) =>
  db
    .updateTable('ra_certificate')
    .set({ state: 'retired', decrypts_until: slot<number>('until'), since: slot<number>('now') })
    .where('state', '=', 'current')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('ra_certificate as next')
          .select('next.id')
          .where('next.uuid', '=', slot<string>('uuid'))
          .where('next.state', '=', 'next')
          .whereRef('next.scep_profile_id', '=', 'ra_certificate.scep_profile_id')
          .whereRef('next.issuer_id', '=', 'ra_certificate.issuer_id'),
      ),
    ),
)

const makeCurrent = statement((db) =>
  db
    .updateTable('ra_certificate')
    .set({ state: 'current', since: slot<number>('now') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('state', '=', 'next'),
)

const retireOne = statement((db) =>
  db
    .updateTable('ra_certificate')
    .set({ state: 'retired', decrypts_until: slot<number>('until') })
    .where('uuid', '=', slot<string>('uuid'))
    .where('state', '!=', 'retired'),
)

export function inventoryValues(added: IssuedRaCertificate, now: Date): Values {
  const { uuid, certificate, privateKey, serialNumber, notBefore, notAfter } = added
  const key = createPrivateKey({ key: privateKey.pkcs8, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  return {
    uuid,
    serial: serialNumber.toString('hex'),
    der: certificate,
    digest: createHash('sha256').update(certificate).digest(),
    keyDigest: createHash('sha256').update(publicKey).digest(),
    subject: null,
    subjectDigest: null,
    subjectAltNames: null,
    notBefore: fromDate(notBefore),
    notAfter: fromDate(notAfter),
    predecessor: null,
    endpoint: null,
    transaction: null,
    raProfile: null,
    now: fromDate(now),
    // It names the complete CRL.
    shard: 0,
  }
}
