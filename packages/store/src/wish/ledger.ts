import type { WishLedger } from '@chancery/ra'
import { writeAudit } from '../audit/write.ts'
import { fromDate } from '../column.ts'
import type { Driver } from '../driver.ts'
import { type Lease, requireLease } from '../lease-store.ts'
import { writeRevocation } from '../revocation-change.ts'
import { revocationRegister } from '../revocation-register.ts'
import type { StoreKeys } from '../seal/store-key.ts'
import type { Write } from '../unit.ts'
import { requireHeld } from './lease.ts'
import { findVouched, toVouched } from './read.ts'
import { ignore, writeDecision } from './write.ts'

/** @param lease of whoever works on the wishes: once somebody else has it, nothing is written and the call is rejected */
export function wishLedger(driver: Driver, keys: StoreKeys, lease: Lease): WishLedger {
  const { find } = revocationRegister(driver, keys)
  const commit = async (...writes: Write[]) => {
    // The change of a certificate reads the count that the same unit has just raised.
    const { status } = await driver.commit({ writes: [...requireLease(lease), ...writes], sequential: true })
    if (status === 'conflict') await requireHeld(driver, lease)
    return status === 'committed'
  }
  return {
    find,
    async vouchedFor(voucher, serials) {
      const found = []
      for (const serial of new Set(serials)) found.push(...(await driver.all(findVouched, { voucher, serial })))
      return found.map(toVouched)
    },
    revoke: ({ id }, result, certificate, revocation, audit) =>
      commit(
        ...writeRevocation(certificate, revocation),
        writeDecision(id, result, certificate.uuid, revocation.at),
        ...writeAudit(keys, audit),
      ),
    async decide({ id }, result, certificate, at) {
      await commit(writeDecision(id, result, certificate, at))
    },
    async ignore({ id }, why, at) {
      const values = { id, why, now: fromDate(at) }
      await commit({ statement: ignore, values, otherwise: 'state' })
    },
  }
}
