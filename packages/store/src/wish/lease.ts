import type { Driver } from '../driver.ts'
import type { Lease } from '../lease-store.ts'
import { slot, statement } from '../statement.ts'

/** @throws {Error} somebody else has it by now */
export async function requireHeld(driver: Driver, { name, token }: Lease): Promise<void> {
  if ((await driver.first(findLease, { name, token })) === undefined) {
    throw new Error('Another server has taken the job over.')
  }
}

const findLease = statement((db) =>
  db
    .selectFrom('job_lease')
    .select('token')
    .where('name', '=', slot<string>('name'))
    .where('token', '=', slot<number>('token')),
)
