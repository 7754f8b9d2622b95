import { sql } from 'kysely'
import type { Driver } from '../driver.ts'

/** Fewer are no beginning: too much would begin with them. */
const FEWEST_DIGITS = 8
/** As many as may begin with the same eight digits before something is left out. */
const MOST_FOUND = 1000

interface IdRow {
  readonly id: number
}

/** `0x4A:0B…` as lower-case digits alone; undefined where it is no number. */
export function hexDigits(text: string): string | undefined {
  const digits = text.toLowerCase().replace(/^0x/, '').replaceAll(':', '')
  return /^[0-9a-f]+$/.test(digits) ? digits : undefined
}

/** Certificates whose serial number or SHA-256 fingerprint begins with a word of a search. */
export async function idsOfWord(driver: Driver, token: string): Promise<readonly number[]> {
  const digits = hexDigits(token)
  if (digits === undefined || digits.length < FEWEST_DIGITS || digits.length > 80) return []
  return [...(await idsOfSerial(driver, digits)), ...(await idsOfFingerprint(driver, digits))]
}

/**
 * By the index of issuer and serial number, so each issuer is asked: there are few. Tools print the number with or without
 * the zeros before it.
 */
export async function idsOfSerial(driver: Driver, hex: string): Promise<readonly number[]> {
  const digits = (hexDigits(hex) ?? '').replace(/^0+(?=.)/, '')
  const isWhole = digits.length < FEWEST_DIGITS
  const ways = ['', '0', '00'].map((zeros) => {
    const stored = `${zeros}${digits}`
    const which = isWhole ? sql`c.serial = ${stored}` : sql`c.serial >= ${stored} and c.serial < ${`${stored}g`}`
    return sql`select * from (select c.id from issuer i cross join certificate c
      where c.issuer_id = i.id and ${which} limit ${MOST_FOUND}) part`
  })
  const rows = await driver.report<IdRow>((db) => ({
    compile: () => sql<IdRow>`${sql.join(ways, sql` union all `)}`.compile(db),
  }))
  return rows.map(({ id }) => id)
}

/** By the index of the digest. */
export async function idsOfFingerprint(driver: Driver, hex: string): Promise<readonly number[]> {
  const digits = hexDigits(hex) ?? ''
  if (digits.length > 64) return []
  const bound = (fill: string) => Buffer.from(digits.padEnd(64, fill), 'hex')
  const rows = await driver.report<IdRow>((db) =>
    db
      .selectFrom('certificate')
      .select('id')
      .where('digest', '>=', bound('0'))
      .where('digest', '<=', bound('f'))
      .orderBy('digest')
      .limit(MOST_FOUND),
  )
  return rows.map(({ id }) => id)
}
