import type { NextIssuer, SteppingBack } from '@chancery/ra'
import { fromDate, fromDerList } from '../column.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import { insertRow, slot, statement } from '../statement.ts'
import type { Write } from '../unit.ts'
import { idOf, writeAuthorityKey } from './authority-key.ts'
import { retire, writeRaCertificateOfNext } from './ra-certificate.ts'

/** Issuer, keys and RA certificates of a next generation; two nodes that prepare one at once meet in its number. */
export function writeNextIssuer(keys: StoreKeys, added: NextIssuer, now: Date): Write[] {
  const { authorityUuid, generation, certificate, chain, privateKey, currentFrom, raCertificates } = added
  const key = writeAuthorityKey(keys, 'ca', privateKey, { uuid: authorityUuid }, now)
  const values = {
    authority: authorityUuid,
    generation,
    certificate,
    chain: fromDerList(chain),
    key: key.uuid,
    currentFrom: currentFrom === null ? null : fromDate(currentFrom),
    now: fromDate(now),
  }
  return [
    key.write,
    { statement: insertNextIssuer, values, otherwise: 'state', unique: 'state' },
    ...raCertificates.flatMap((one) => writeRaCertificateOfNext(keys, one, added, key.uuid, now)),
  ]
}

/** next → current, current → retired; the certificates of the former RA go on opening messages. */
export function switchOver({ issuerId, raCertificates }: SteppingBack, now: Date): Write[] {
  const values = { issuer: issuerId, now: fromDate(now) }
  return [
    { statement: retireCurrentIssuer, values: { issuer: issuerId }, otherwise: 'state' },
    { statement: makeIssuerCurrent, values, otherwise: 'state' },
    ...stepBack(raCertificates),
  ]
}

/** next → withdrawn, as long as no device has anything from it. The row stays: what it has signed keeps its issuer. */
export function withdraw({ issuerId, raCertificates }: SteppingBack): Write[] {
  return [{ statement: withdrawUnused, values: { issuer: issuerId }, otherwise: 'state' }, ...stepBack(raCertificates)]
}

function stepBack(raCertificates: SteppingBack['raCertificates']): Write[] {
  return raCertificates.flatMap(({ uuid, decryptsUntil }) => retire(uuid, decryptsUntil))
}

const insertNextIssuer = statement((db) =>
  insertRow(db, 'issuer', {
    authority_id: idOf('authority', 'authority'),
    generation: slot('generation'),
    state: 'next',
    certificate: slot('certificate'),
    chain: slot('chain'),
    key_id: idOf('authority_key', 'key'),
    current_from: slot('currentFrom'),
    created_at: slot('now'),
  }),
)

const retireCurrentIssuer = statement((db) =>
  db
    .updateTable('issuer')
    .set({ state: 'retired' })
    .where('state', '=', 'current')
    .where('authority_id', '=', (eb) =>
      eb
        .selectFrom('issuer as next')
        .select('next.authority_id')
        .where('next.id', '=', slot<number>('issuer'))
        .where('next.state', '=', 'next'),
    ),
)

const makeIssuerCurrent = statement((db) =>
  db
    .updateTable('issuer')
    .set({ state: 'current', current_from: slot<number>('now') })
    .where('id', '=', slot<number>('issuer'))
    .where('state', '=', 'next'),
)

const withdrawUnused = statement((db) =>
  db
    .updateTable('issuer')
    .set({ state: 'withdrawn', current_from: null })
    .where('id', '=', slot<number>('issuer'))
    .where('state', '=', 'next')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('certificate')
            .select('certificate.id')
            .where('certificate.issuer_id', '=', slot<number>('issuer'))
            .where('certificate.purpose', '=', 'device'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('scep_transaction')
            .select('scep_transaction.id')
            .where('scep_transaction.issuer_id', '=', slot<number>('issuer'))
            .where('scep_transaction.state', '=', 'ordered'),
        ),
      ),
    ),
)
