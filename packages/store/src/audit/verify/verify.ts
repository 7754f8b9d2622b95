import type { Selectable } from 'kysely'
import { toBytes, toDate } from '../../column.ts'
import type { Driver } from '../../driver.ts'
import type { AuditSegmentTable } from '../../schema/tables.ts'
import type { StoreKeys } from '../../seal/store-key.ts'
import { findCheckpoint, highestSeq, newestSegment } from '../chain-state.ts'
import { type AuditHead, checkpointMac, NO_HEAD, sameMac, segmentMac } from '../head.ts'
import { type AuditVerification, Findings } from './finding.ts'
import { KeptHeads } from './kept-heads.ts'
import { type Standing, sameHead, type Walker, walkerOf } from './walk.ts'

export interface AuditVerifier {
  /**
   * Goes through the whole log in the order of its chain. It need not stand still: what is chained meanwhile is left for the
   * next time.
   * @param heads that were kept elsewhere: without any, newest events may have been taken away unnoticed
   */
  verify(heads?: readonly AuditHead[]): Promise<AuditVerification>
}

/** Retention may remove its beginning meanwhile; it does so seldom. */
const ATTEMPTS = 5

export function auditVerifier(driver: Driver, keys: StoreKeys): AuditVerifier {
  return {
    async verify(heads = []) {
      for (let attempt = 1; ; attempt++) {
        const before = await driver.first(findCheckpoint, {})
        const verification = await verifyOnce(driver, keys, heads)
        const after = await driver.first(findCheckpoint, {})
        const isSame = before?.last_seq === after?.last_seq
        if (isSame || verification.problemCount === 0 || attempt === ATTEMPTS) return verification
      }
    },
  }
}

async function verifyOnce(driver: Driver, keys: StoreKeys, heads: readonly AuditHead[]): Promise<AuditVerification> {
  const findings = new Findings()
  const kept = new KeptHeads(heads, findings)
  const walker = walkerOf(driver, keys, findings, kept)
  const checkpoint = await driver.first(findCheckpoint, {})
  // In this order: a segment that is read later covers every number that was there.
  const highest = (await driver.first(highestSeq, {}))?.seq ?? 0
  const newest = await driver.first(newestSegment, {})
  if (checkpoint !== undefined && !sameMac(checkpointMac(keys, checkpoint), checkpoint.mac)) {
    findings.add({ kind: 'checkpoint-changed', seq: checkpoint.last_seq })
  }
  const begin = checkpoint === undefined ? NO_HEAD : { seq: checkpoint.last_seq, head: toBytes(checkpoint.head) }
  kept.begin(begin.seq)
  kept.compare(begin)
  const chain = new SegmentWalk(walker, keys, findings, kept, begin, (checkpoint?.segment ?? 0) + 1)
  for await (const segment of segmentsUpTo(driver, newest)) await chain.follow(segment)
  const end = await chain.finish(highest)
  kept.end(Math.max(end.seq, highest))
  const { count, oldestAt } = await walker.tail()
  return {
    events: walker.events,
    checkpoint: checkpoint === undefined ? undefined : begin,
    head: end,
    heads: { compared: kept.compared, tooOld: kept.tooOld },
    unchained: { count, oldestAt: oldestAt === undefined ? undefined : toDate(oldestAt) },
    problems: findings.problems,
    problemCount: findings.count,
  }
}

type Segment = Selectable<AuditSegmentTable>

const SEGMENT_PAGE = 200

/** The newest one as it was at first, for it grows. */
async function* segmentsUpTo(driver: Driver, newest: Segment | undefined): AsyncGenerator<Segment> {
  if (newest === undefined) return
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    const after = last
    const rows = await driver.report((db) =>
      db
        .selectFrom('audit_segment')
        .selectAll()
        .where('number', '>', after)
        .where('number', '<', newest.number)
        .orderBy('number')
        .limit(SEGMENT_PAGE),
    )
    yield* rows
    const end = rows.at(-1)
    if (end === undefined || rows.length < SEGMENT_PAGE) break
    last = end.number
  }
  yield newest
}

/** From segment to segment. A genuine one is where the way goes on after a broken part, so that all such parts are told. */
class SegmentWalk {
  readonly #walker: Walker
  readonly #keys: StoreKeys
  readonly #findings: Findings
  readonly #kept: KeptHeads
  #at: Standing
  #certain: AuditHead
  #number: number
  /** Segments that would cover what comes now are spoiled, and that has been told. */
  #isBroken = false

  constructor(
    walker: Walker,
    keys: StoreKeys,
    findings: Findings,
    kept: KeptHeads,
    begin: AuditHead,
    firstNumber: number,
  ) {
    this.#walker = walker
    this.#keys = keys
    this.#findings = findings
    this.#kept = kept
    this.#at = begin
    this.#certain = begin
    this.#number = firstNumber
  }

  async follow(segment: Segment): Promise<void> {
    const { number, first_seq: first, last_seq: last } = segment
    if (number !== this.#number) {
      this.#isBroken = true
      this.#findings.add({ kind: 'segments-missing', segment: Math.min(this.#number, number), seq: this.#at.seq + 1 })
    }
    this.#number = number + 1
    if (!sameMac(segmentMac(this.#keys, segment), segment.mac)) {
      this.#isBroken = true
      this.#findings.add({ kind: 'segment-changed', segment: number, seq: first, lastSeq: last })
      return
    }
    if (first <= this.#at.seq || last < first) {
      this.#findings.add({ kind: 'segment-misplaced', segment: number, seq: first, lastSeq: last })
      return
    }
    await this.#cross(first - 1, segment)
    const walked = await this.#walker.walk({ seq: first - 1, head: toBytes(segment.previous_head) }, last)
    if (walked.head !== undefined && !sameHead(walked.head, segment.head)) {
      this.#findings.add({ kind: 'order-changed', segment: number, seq: first, lastSeq: last })
    }
    this.#certain = { seq: last, head: toBytes(segment.head) }
    this.#at = this.#certain
    this.#kept.compare(this.#certain)
    this.#isBroken = false
  }

  /** @returns where the chain ends, as far as a segment vouches for it */
  async finish(highest: number): Promise<AuditHead> {
    if (highest > this.#at.seq) await this.#uncovered(highest)
    return this.#certain
  }

  /** What lies between two genuine segments: nothing, unless something was done to the log. */
  async #cross(to: number, next: Segment): Promise<void> {
    if (to > this.#at.seq && !this.#isBroken) return this.#uncovered(to)
    const { seq } = this.#at
    const arrived = to > seq ? await this.#walker.walk(this.#at, to) : this.#at
    if (arrived.head === undefined || sameHead(arrived.head, next.previous_head)) return
    if (to > seq) this.#findings.add({ kind: 'order-changed', seq: seq + 1, lastSeq: to })
    else this.#findings.add({ kind: 'segment-misplaced', segment: next.number, seq: next.first_seq })
  }

  async #uncovered(to: number): Promise<void> {
    if (!this.#isBroken) this.#findings.add({ kind: 'events-unsealed', seq: this.#at.seq + 1, lastSeq: to })
    this.#at = await this.#walker.walk(this.#at, to)
  }
}
