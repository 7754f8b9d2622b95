import type { BenchDatabase } from './database.ts'
import type { Sample } from './fill.ts'

/** The one device certificate that was issued before the store was filled. */
export async function sampleIn(database: BenchDatabase): Promise<Sample> {
  const [row] = await database.run(
    `select id, der, issuer_id, ra_profile_id, created_at from certificate where purpose = 'device'`,
  )
  const [last] = await database.run('select max(id) as id from certificate')
  if (row === undefined || last === undefined) throw new Error('no certificate was issued')
  return {
    der: Buffer.from(row.der as Uint8Array),
    issuerId: Number(row.issuer_id),
    raProfileId: Number(row.ra_profile_id),
    now: Number(row.created_at),
    firstId: Number(last.id),
  }
}
