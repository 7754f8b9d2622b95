import type { DecisionRecord } from '@chancery/ra'
import { sql } from 'kysely'
import { fromDate } from '../column.ts'
import { type DecisionQuery, type DecisionSlice, findRecord, readSlice } from '../decision/query.ts'
import { insertRefusal, lotsOf, recordValues } from '../decision/row.ts'
import type { Driver } from '../driver.ts'
import type { Write } from '../unit.ts'
import type { RefusalBounds } from './bounds.ts'
import type { RefusalStore } from './refusal-store.ts'

const DAY = 86_400_000
const MEASURE_MILLISECONDS = 60_000

interface Partition {
  readonly name: string
  readonly octets: number
}

/** A partition for each day (UTC): the oldest go as a whole, without a trace in the free space of the others. */
export class PostgresRefusals implements RefusalStore {
  readonly #driver: Driver
  readonly #bounds: RefusalBounds
  readonly #days = new Set<string>()
  #measuredAt = Number.NEGATIVE_INFINITY
  #free = Number.POSITIVE_INFINITY

  constructor(driver: Driver, bounds: RefusalBounds) {
    this.#driver = driver
    this.#bounds = bounds
  }

  async write(records: readonly DecisionRecord[]): Promise<'written' | 'full' | 'busy'> {
    if (records.length === 0) return 'written'
    if (performance.now() - this.#measuredAt >= MEASURE_MILLISECONDS) await this.#keepWithinBounds()
    // The disk of a database elsewhere cannot be seen from here.
    if (this.#free < this.#bounds.leastFreeOctets) return 'full'
    for (const day of new Set(records.map(({ at }) => dayOf(at)))) await this.#makePartition(day)
    try {
      for (const lot of lotsOf(records)) {
        const writes = lot.map((record): Write => {
          return { statement: insertRefusal, values: recordValues(record), otherwise: 'state' }
        })
        await this.#driver.commit({ writes })
      }
    } catch (error) {
      // Another node may have dropped a partition.
      this.#days.clear()
      throw error
    }
    return 'written'
  }

  read(query: DecisionQuery): Promise<DecisionSlice> {
    return readSlice(this.#driver.report.bind(this.#driver), 'refusal', query)
  }

  find(uuid: string): Promise<DecisionRecord | undefined> {
    return findRecord(this.#driver.report.bind(this.#driver), 'refusal', uuid)
  }

  async isPruneDue(before: Date): Promise<boolean> {
    return (await this.#partitions()).some(({ name }) => isOver(name, before))
  }

  async prune(before: Date): Promise<void> {
    for (const { name } of await this.#partitions()) if (isOver(name, before)) await this.#drop(name)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async #keepWithinBounds(): Promise<void> {
    this.#measuredAt = performance.now()
    this.#free = (await this.#bounds.freeOctets?.()) ?? Number.POSITIVE_INFINITY
    const partitions = await this.#partitions()
    let octets = partitions.reduce((sum, one) => sum + Number(one.octets), 0)
    // The last one is in use.
    for (const oldest of partitions.slice(0, -1)) {
      if (octets <= this.#bounds.mostOctets) break
      await this.#drop(oldest.name)
      octets -= Number(oldest.octets)
    }
    await this.#run(
      `delete from refusal where uuid < (select uuid from refusal order by uuid desc limit 1 offset ${this.#bounds.mostRows - 1})`,
    )
  }

  /** By day, the oldest first. */
  #partitions(): Promise<Partition[]> {
    return this.#driver.report<Partition>((db) => ({
      compile: () =>
        sql<Partition>`select c.relname as name, pg_total_relation_size(c.oid) as octets from pg_inherits i
          join pg_class c on c.oid = i.inhrelid where i.inhparent = 'refusal'::regclass order by c.relname`.compile(db),
    }))
  }

  /** Nodes that make the same one at the same moment are told apart by nobody: it is there afterwards. */
  async #makePartition(day: string): Promise<void> {
    if (this.#days.has(day)) return
    const start = Date.parse(day)
    const range = [start, start + DAY].map((time) => fromDate(new Date(time)))
    try {
      await this.#run(
        `create table if not exists ${nameOf(day)} partition of refusal for values from (${range[0]}) to (${range[1]})`,
      )
    } catch (error) {
      if (!(await this.#partitions()).some(({ name }) => name === nameOf(day))) throw error
    }
    this.#days.add(day)
  }

  async #drop(name: string): Promise<void> {
    this.#days.clear()
    await this.#run(`drop table if exists ${name}`)
  }

  /** Made of numbers and names of ours alone. */
  async #run(text: string): Promise<void> {
    await this.#driver.report((db) => ({ compile: () => sql.raw(text).compile(db) }))
  }
}

/** `2026-03-01` */
function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}

function nameOf(day: string): string {
  return `refusal_${day.replaceAll('-', '')}`
}

/** Whether all of its day lies before. */
function isOver(name: string, before: Date): boolean {
  return name < nameOf(dayOf(before))
}
