import { sql } from 'kysely'
import type { Driver } from '../driver.ts'
import { type RowOf, slot, statement, type Values } from '../statement.ts'

/** Reads under way at a time; what comes meanwhile is read together. */
const MOST_AT_ONCE = 1
/** Certificates of one statement. */
const SIZE = 16

type Row = RowOf<typeof findStandings>

interface Waiting {
  readonly issuer: number
  readonly serial: string
  readonly resolve: (row: Row | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Each answer reads the standing of its certificate, and on PostgreSQL a read costs more than all the rest of the answer: under
 * load those that would wait for each other share one. Never what was read before: a read begins after it was asked for. On SQLite
 * a read is over before the next one comes, and so stands alone.
 */
export class StandingReader {
  readonly #driver: Driver
  readonly #waiting: Waiting[] = []
  #running = 0

  constructor(driver: Driver) {
    this.#driver = driver
  }

  read(issuer: number, serial: string): Promise<Row | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ issuer, serial, resolve, reject })
      if (this.#running < MOST_AT_ONCE) this.#readNext()
    })
  }

  #readNext(): void {
    const together = this.#waiting.splice(0, SIZE)
    if (together.length === 0) return
    this.#running++
    this.#rowsOf(together)
      .then(
        (rows) => {
          for (const { issuer, serial, resolve } of together) {
            resolve(rows.find((row) => row.serial === serial && row.issuer_id === issuer))
          }
        },
        (error: unknown) => {
          for (const { reject } of together) reject(error)
        },
      )
      .then(() => {
        this.#running--
        this.#readNext()
      })
  }

  #rowsOf(together: readonly Waiting[]): Promise<Row[]> {
    const [first] = together
    if (first !== undefined && together.length === 1) {
      return this.#driver.all(findStanding, { issuer0: first.issuer, serial0: first.serial })
    }
    const values: Record<string, number | string> = {}
    for (let index = 0; index < SIZE; index++) {
      const { issuer, serial } = together[index] ?? (first as Waiting)
      values[`issuer${index}`] = issuer
      values[`serial${index}`] = serial
    }
    return this.#driver.all(findStandings, values satisfies Values)
  }
}

/** By the index that makes (issuer, serial) unique; there is one current signer of an issuer. */
const standings = (size: number) =>
  statement((db) =>
    db
      .selectFrom('certificate')
      .leftJoin('ocsp_signer', (join) =>
        join
          .onRef('ocsp_signer.issuer_id', '=', 'certificate.issuer_id')
          .on('ocsp_signer.state', '=', sql.lit('current')),
      )
      .where((eb) =>
        eb.or(
          Array.from({ length: size }, (_, index) =>
            eb.and([
              eb('certificate.issuer_id', '=', slot<number>(`issuer${index}`)),
              eb('certificate.serial', '=', slot<string>(`serial${index}`)),
            ]),
          ),
        ),
      )
      .select([
        'certificate.issuer_id',
        'certificate.serial',
        'certificate.state',
        'certificate.revoked_at',
        'certificate.revocation_reason',
        'certificate.release',
        'ocsp_signer.uuid as signer',
      ]),
  )

const findStanding = standings(1)
const findStandings = standings(SIZE)
