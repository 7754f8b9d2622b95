import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import type { FirstInstallation } from '@chancery/ra'
import { insertRaCertificateEntry } from '../certificate-write.ts'
import { fromDate } from '../column.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { insertRow, slot, statement, type Values } from '../statement.ts'
import type { Write } from '../unit.ts'
import { idOf, writeAuthorityKey } from './authority-key.ts'

export interface NewRaCertificate {
  readonly uuid: string
  readonly scepProfileId: number
  readonly issuerId: number
  readonly certificate: Buffer
  readonly privateKey: FirstInstallation['raCertificate']['privateKey']
  readonly serialNumber: Buffer
  readonly notBefore: Date
  readonly notAfter: Date
}

/** Published as `next`; it is used once it is promoted (design, rule 9). */
export function writeRaCertificate(
  keys: StoreKeys,
  added: NewRaCertificate,
  state: 'next' | 'current',
  now: Date,
): Write[] {
  const { uuid, certificate, privateKey, scepProfileId, issuerId } = added
  const key = writeAuthorityKey(keys, 'ra', privateKey, { issuerId }, now)
  return [
    key.write,
    {
      statement: insertRaCertificate,
      values: {
        uuid,
        scepProfile: scepProfileId,
        issuer: issuerId,
        state,
        certificate,
        key: key.uuid,
        since: fromDate(now),
      },
      otherwise: 'state',
      unique: 'state',
    },
    { statement: insertRaCertificateEntry, values: inventoryValues(added, now), otherwise: 'state' },
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
  insertRow(db, 'ra_certificate', {
    uuid: slot('uuid'),
    scep_profile_id: slot('scepProfile'),
    issuer_id: slot('issuer'),
    state: slot('state'),
    certificate: slot('certificate'),
    key_id: idOf('authority_key', 'key'),
    since: slot('since'),
    decrypts_until: null,
  }),
)

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

function inventoryValues(added: NewRaCertificate, now: Date): Values {
  const { uuid, issuerId, certificate, privateKey, serialNumber, notBefore, notAfter } = added
  const key = createPrivateKey({ key: privateKey.pkcs8, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  return {
    uuid,
    issuer: issuerId,
    serial: serialNumber.toString('hex'),
    der: certificate,
    digest: createHash('sha256').update(certificate).digest(),
    keyDigest: createHash('sha256').update(publicKey).digest(),
    subject: null,
    subjectAltNames: null,
    notBefore: fromDate(notBefore),
    notAfter: fromDate(notAfter),
    predecessor: null,
    endpoint: null,
    transaction: null,
    raProfile: null,
    now: fromDate(now),
  }
}
