import type { BenchDatabase } from '../inventory/database.ts'
import { type Sample, uuidOf } from '../inventory/fill.ts'

const CESSATION_OF_OPERATION = 5

/** Certificates number `from` to `to` of a fill with their changes, as that many revocations would leave them. */
export async function revokeAll(database: BenchDatabase, sample: Sample, from: number, to: number): Promise<void> {
  const { firstId, issuerId, now } = sample
  const ids = `between ${firstId + from} and ${firstId + to}`
  const [issuer] = await database.run(`select revocations from issuer where id = ${issuerId}`)
  const before = Number(issuer?.revocations ?? 0)
  await database.run(
    `update certificate set state = 'revoked', revoked_at = ${now}, revocation_reason = ${CESSATION_OF_OPERATION}
      where id ${ids}`,
  )
  await database.run(
    `insert into revocation_change (issuer_id, sequence, certificate_uuid, serial, kind, reason, at)
      select ${issuerId}, ${before} + id - ${firstId + from} + 1, uuid, serial, 'revoked', ${CESSATION_OF_OPERATION}, ${now}
      from certificate where id ${ids}`,
  )
  await database.run(`update issuer set revocations = revocations + ${to - from + 1} where id = ${issuerId}`)
  await database.settle()
  const [row] = await database.run('select state from certificate where uuid = ?', [uuidOf(to)])
  if (row?.state !== 'revoked') throw new Error('the fill has no such certificate')
}
