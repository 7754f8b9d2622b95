import type { CertificateInventory } from '@chancery/ra'
import { toBytes } from './column.ts'
import type { Driver } from './driver.ts'
import { slot, statement } from './statement.ts'

export interface Inventory extends CertificateInventory {
  /** All certificates, those of the RA itself included. */
  count(): Promise<number>
  /** Issuer and serial (lower-case hex of the content octets) of all certificates, oldest first. */
  serials(): Promise<{ issuerId: number; serial: string }[]>
}

export function inventory(driver: Driver): Inventory {
  return {
    async findByDigest(digest) {
      const row = await driver.first(findDevice, { digest })
      if (row === undefined) return undefined
      const { uuid, der, issuer_id: issuerId, state, endpoint, ra_profile_id: raProfileId } = row
      return { uuid, der: toBytes(der), issuerId, state, endpoint, raProfileId }
    },
    async count() {
      return Number((await driver.first(countCertificates, {}))?.certificates ?? 0)
    },
    async serials() {
      const rows = await driver.all(listSerials, {})
      return rows.map((row) => ({ issuerId: row.issuer_id, serial: row.serial }))
    },
  }
}

/** An RA certificate signs replies; found here it could be taken for a device that renews. */
const findDevice = statement((db) =>
  db
    .selectFrom('certificate')
    .where('digest', '=', slot<Buffer>('digest'))
    .where('purpose', '=', 'device')
    .select(['uuid', 'der', 'issuer_id', 'state', 'endpoint', 'ra_profile_id']),
)

const countCertificates = statement((db) =>
  db.selectFrom('certificate').select((eb) => eb.fn.countAll<number>().as('certificates')),
)

const listSerials = statement((db) => db.selectFrom('certificate').select(['issuer_id', 'serial']).orderBy('id'))
