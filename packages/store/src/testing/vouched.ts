import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import { slot, statement } from '../statement.ts'

export interface TestVouching {
  /** UUID of the certificate. */
  readonly certificate: string
  readonly voucher: string
  readonly toldSerial: string | null
  readonly toldIssuer: string | null
  /** As the device addressed it. */
  readonly endpoint: string
}

/** As if this voucher had vouched for the request that a certificate was issued upon. */
export async function vouchFor(driver: Driver, { certificate, ...vouching }: TestVouching): Promise<void> {
  const values = { certificate, ...vouching, digest: randomBytes(32) }
  await driver.commit({
    writes: [
      { statement: insertVouching, values, otherwise: 'state' },
      { statement: setEndpoint, values, otherwise: 'state' },
    ],
  })
}

const setEndpoint = statement((db) =>
  db
    .updateTable('certificate')
    .set({ endpoint: slot<string>('endpoint') })
    .where('uuid', '=', slot<string>('certificate')),
)

const insertVouching = statement((db) => {
  const insert = sql`insert into vouched_request
      (transaction_uuid, voucher, request_digest, told_serial, told_issuer, attempts, created_at)
    select transaction_uuid, ${slot('voucher')}, ${slot('digest')}, ${slot('toldSerial')}, ${slot('toldIssuer')}, 0, created_at
    from certificate where uuid = ${slot('certificate')}`
  return { compile: () => insert.compile(db) }
})

/** As if its CA had numbered a certificate otherwise. @param serial content octets as lower-case hexadecimal */
export async function renumber(driver: Driver, certificate: string, serial: string): Promise<void> {
  const values = { certificate, serial }
  await driver.commit({ writes: [{ statement: setSerial, values, otherwise: 'state' }] })
}

const setSerial = statement((db) =>
  db
    .updateTable('certificate')
    .set({ serial: slot<string>('serial') })
    .where('uuid', '=', slot<string>('certificate')),
)
