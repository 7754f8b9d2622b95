import { setImmediate as turn } from 'node:timers/promises'
import { type AuditEvent, type DecisionRecord, uuidV7 } from '@chancery/ra'
import type { Store } from '@chancery/store'
import type { Logger } from 'pino'
import type { Metrics } from '../../metrics/metrics.ts'
import { recordOf } from './build.ts'
import { MinuteQuota } from './minute-quota.ts'
import { refusedEvent } from './refused-event.ts'
import { placeOf, type Sketch } from './sketch.ts'

export interface RecorderContext {
  readonly store: Pick<Store, 'decisions' | 'refusals'>
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'decisionRecords'>
  readonly now: () => Date
}

/** The first so many of a kind in a minute are kept in full. */
const IN_FULL = 20
const MOST_KINDS = 5000
const FLUSH_MILLISECONDS = 200
/** Made and written at a time, so that no device waits for them long. */
const AT_A_TIME = 32
/** What waits holds its message: this is some tens of megabytes. */
const MOST_WAITING = 2000
/** Of refusals, in one flush: what a flood may take from the devices. The others wait for the next one. */
const MOST_REFUSALS = 128

/** A kind of refusal, as far as it is told when only the number is kept. */
interface Kind {
  readonly endpoint: string | null
  readonly reason: string | null
  readonly outcome: string
  readonly source: string | undefined
}

const MANY_KINDS: Kind = { endpoint: null, reason: 'many_kinds', outcome: 'refused', source: undefined }

/**
 * Records of what was decided, written behind the answers. In the path of a request is nothing of it but `note`: what is
 * noted is made into records and written in batches, and a process that is killed loses those of the last moment: neither
 * a certificate nor what is audited of it.
 */
export class DecisionRecorder {
  readonly #context: RecorderContext
  readonly #refusals = new MinuteQuota<Kind>(IN_FULL, MOST_KINDS, MANY_KINDS)
  /** The same message again and again leads to the same answer: nothing is learnt from the hundredth record of it. */
  readonly #repeated = new MinuteQuota<undefined>(IN_FULL, MOST_KINDS, undefined)
  #vouched: Sketch[] = []
  #strangers: Sketch[] = []
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> | undefined
  #troubled = false

  constructor(context: RecorderContext) {
    this.#context = context
  }

  note(sketch: Sketch): void {
    const place = placeOf(sketch)
    if (place === 'none') return
    this.#startTimer()
    if (place === 'decision') {
      if (this.#isRepeated(sketch)) this.#lose('counted', 1)
      else this.#vouched.push(sketch)
    } else if (this.#refusals.admits(...kindOf(sketch), sketch.at)) this.#strangers.push(sketch)
    if (this.#vouched.length + this.#strangers.length > MOST_WAITING) this.#dropOldest()
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MILLISECONDS)
  }

  /** Writes what waits; of refusals as many as may be at a time. */
  async flush(): Promise<void> {
    await this.#flushing
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing = this.#writeAll()
    await this.#flushing
  }

  async close(): Promise<void> {
    do await this.flush()
    while (this.#strangers.length > 0)
    await this.#writeRefusals(this.#refusals.takeAll().map(({ of, minute, count }) => countOf(of, minute, count)))
    clearTimeout(this.#timer)
  }

  async #writeAll(): Promise<void> {
    const vouched = this.#vouched
    const strangers = this.#strangers.splice(0, MOST_REFUSALS)
    this.#vouched = []
    if (this.#strangers.length > 0) this.#startTimer()
    for (let from = 0; from < vouched.length; from += AT_A_TIME) {
      await this.#writeDecisions(vouched.slice(from, from + AT_A_TIME))
      await turn()
    }
    const counted = this.#refusals.take(this.#context.now()).map(({ of, minute, count }) => countOf(of, minute, count))
    this.#repeated.take(this.#context.now())
    await this.#writeRefusals(counted)
    for (let from = 0; from < strangers.length; from += AT_A_TIME) {
      await this.#writeRefusals(strangers.slice(from, from + AT_A_TIME).flatMap((one) => this.#make(one)))
      await turn()
    }
  }

  async #writeDecisions(sketches: readonly Sketch[]): Promise<void> {
    const audited = sketches.flatMap((sketch) => {
      const [record] = this.#make(sketch)
      return record === undefined ? [] : [{ record, event: refusedEvent(sketch, record) }]
    })
    const plain = audited.filter(({ event }) => event === undefined).map(({ record }) => record)
    await this.#attempt(plain)
    // Each with its event: rare enough to be units of their own.
    for (const { record, event } of audited) if (event !== undefined) await this.#attempt([record], [event])
  }

  /** A message of which no record can be made must not take the others with it. */
  #make(sketch: Sketch): [DecisionRecord] | [] {
    try {
      return [recordOf(sketch)]
    } catch (error) {
      this.#fail(error, 1)
      return []
    }
  }

  async #attempt(records: readonly DecisionRecord[], audit: readonly AuditEvent[] = []): Promise<void> {
    try {
      await this.#context.store.decisions.write(records, audit)
      this.#context.metrics.decisionRecords('written', records.length)
      this.#troubled = false
    } catch (error) {
      this.#fail(error, records.length)
    }
  }

  async #writeRefusals(records: readonly DecisionRecord[]): Promise<void> {
    if (records.length === 0) return
    try {
      let outcome = await this.#context.store.refusals.write(records)
      for (let tries = 0; outcome === 'busy' && tries < TRIES; tries++) {
        await turn()
        outcome = await this.#context.store.refusals.write(records)
      }
      this.#lose(outcome === 'written' ? 'written' : 'dropped', records.length)
    } catch (error) {
      this.#fail(error, records.length)
    }
  }

  /** Once, until it works again: a log that is full of it helps nobody. */
  #fail(error: unknown, records: number): void {
    this.#lose('dropped', records)
    if (!this.#troubled) this.#context.log.error({ err: error }, 'records of decisions could not be written')
    this.#troubled = true
  }

  #isRepeated({ answer, at, course }: Sketch): boolean {
    const { outcome, transaction, signer = course?.request?.transactionId, endpoint } = answer.report
    if (outcome === 'issued' || outcome === 'refused') return false
    return !this.#repeated.admits(`${outcome} ${transaction ?? `${endpoint} ${signer}`}`, () => undefined, at)
  }

  /** Those that nothing vouches for go first. */
  #dropOldest(): void {
    if (this.#strangers.shift() === undefined) this.#vouched.shift()
    this.#lose('dropped', 1)
  }

  #lose(fate: 'written' | 'counted' | 'dropped', records: number): void {
    if (records > 0) this.#context.metrics.decisionRecords(fate, records)
  }
}

const TRIES = 5

function kindOf({ answer, source }: Sketch): [key: string, of: () => Kind] {
  const { endpoint = null, reason = null, outcome } = answer.report
  return [`${endpoint} ${reason} ${outcome} ${source}`, () => ({ endpoint, reason, outcome, source })]
}

/** In the place of those that were too many to be kept. */
function countOf({ endpoint, reason, outcome, source }: Kind, minute: Date, count: number): DecisionRecord {
  return {
    ...NOTHING_ELSE,
    uuid: uuidV7(minute),
    at: minute,
    endpoint,
    outcome,
    reason,
    count,
    detail: { checks: [], ...(source === undefined ? {} : { source }) },
  }
}

const NOTHING_ELSE = {
  correlationId: '',
  scepProfileId: null,
  raProfileId: null,
  messageType: null,
  failInfo: null,
  transaction: null,
  transactionId: null,
  certificate: null,
  challenge: null,
  subject: null,
  client: null,
  peer: null,
} as const
