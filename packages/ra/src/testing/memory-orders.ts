import type { Decision, WaitingRequest } from '../approval/queue.ts'
import type { AuditEvent } from '../audit-event.ts'
import type {
  DueOrder,
  NewOrder,
  OpenOrders,
  OrderBook,
  OrderOrigin,
  Postponement,
  RecordedOrder,
} from '../order/order-book.ts'
import type { NewCertificate, NewTransaction, PreparedCertificate, UnitOutcome } from '../ports.ts'
import type { MemoryRoll } from './memory-roll.ts'

interface Row {
  order: RecordedOrder
  readonly expiresAt: Date
  dueAt: Date
  held: boolean
  trouble: string | undefined
}

/** The contract of the order book in memory, over the roll. Time is not played: who holds an order holds it until it is `let go`. */
export class MemoryOrders implements OrderBook {
  readonly rows = new Map<string, Row>()
  readonly #roll: MemoryRoll

  constructor(roll: MemoryRoll) {
    this.#roll = roll
  }

  async begin(transaction: NewTransaction, order: NewOrder, { predecessor }: OrderOrigin): Promise<UnitOutcome> {
    const begun = await this.#roll.begin(transaction, NOT_PREPARED)
    if (begun.status === 'committed') {
      const { uuid, csrKeyDigest, scepProfileId, identity, now } = transaction
      this.#add(order, { transaction: uuid, csrKeyDigest, scepProfileId, predecessor, identity }, now)
    }
    return begun
  }

  async approve(request: WaitingRequest, order: NewOrder, decision: Decision): Promise<UnitOutcome> {
    const ordered = await this.#roll.order(request, NOT_PREPARED, decision)
    if (ordered.status === 'committed') {
      const { uuid: transaction, csrKeyDigest, scepProfileId, predecessor } = request
      this.#add(order, { transaction, csrKeyDigest, scepProfileId, predecessor, identity: request }, decision.at)
    }
    return ordered
  }

  take(transaction: string): Promise<RecordedOrder | 'held' | 'gone'> {
    const row = this.rows.get(transaction)
    if (row === undefined) return Promise.resolve('gone')
    if (row.held) return Promise.resolve('held')
    row.held = true
    row.order = { ...row.order, attempts: row.order.attempts + 1, fence: row.order.fence + 1 }
    return Promise.resolve(row.order)
  }

  /** As when a lease ends. */
  letGo(): void {
    for (const row of this.rows.values()) row.held = false
  }

  async issue(
    { transaction }: RecordedOrder,
    certificate: NewCertificate,
    now: Date,
    audit: readonly AuditEvent[] = [],
  ): Promise<UnitOutcome> {
    const finished = await this.#roll.finish(transaction, certificate, now, audit)
    if (finished.status === 'committed') this.rows.delete(transaction)
    return finished
  }

  postpone(order: RecordedOrder, { state, dueAt, trouble }: Postponement): Promise<UnitOutcome> {
    const row = this.#holding(order)
    if (row === undefined) return CONFLICT
    Object.assign(row, { order: { ...row.order, state }, dueAt, trouble: trouble ?? undefined, held: false })
    return COMMITTED
  }

  async refuse(order: RecordedOrder): Promise<UnitOutcome> {
    if (this.#holding(order) === undefined) return CONFLICT
    const ended = await this.#roll.abandon(order.transaction)
    this.#roll.alter(order.transaction, { state: 'refused', reason: 'authority_refused', elsewhere: undefined })
    this.rows.delete(order.transaction)
    return ended
  }

  async expire(transaction: string, now: Date): Promise<UnitOutcome> {
    const row = this.rows.get(transaction)
    if (row === undefined || now < row.expiresAt) return CONFLICT
    this.rows.delete(transaction)
    this.#roll.alter(transaction, { elsewhere: undefined })
    return this.#roll.abandon(transaction)
  }

  isAnyDue(now: Date): Promise<boolean> {
    return Promise.resolve([...this.rows.values()].some(({ dueAt }) => dueAt <= now))
  }

  due(authorityId: number, now: Date, limit: number): Promise<DueOrder[]> {
    const due = [...this.rows.values()].filter((row) => row.order.authorityId === authorityId && row.dueAt <= now)
    return Promise.resolve(
      due.slice(0, limit).map(({ order, expiresAt }) => ({ transaction: order.transaction, expiresAt })),
    )
  }

  count(authorityId: number): Promise<OpenOrders> {
    const own = [...this.rows.values()].filter(({ order }) => order.authorityId === authorityId)
    const pending = own.filter(({ order }) => order.state === 'pending').length
    return Promise.resolve({ open: own.length, pending, oldest: undefined, trouble: own[0]?.trouble })
  }

  #add(
    { expiresAt, ...order }: NewOrder,
    of: Pick<RecordedOrder, 'transaction' | 'csrKeyDigest' | 'scepProfileId' | 'predecessor' | 'identity'>,
    now: Date,
  ): void {
    const recorded: RecordedOrder = { ...order, ...of, state: 'ordered', attempts: 0, fence: 0 }
    this.rows.set(of.transaction, { order: recorded, expiresAt, dueAt: now, held: false, trouble: undefined })
    this.#roll.alter(of.transaction, { ordered: undefined, elsewhere: { issuerId: order.issuerId }, expiresAt })
  }

  #holding({ transaction, fence }: RecordedOrder): Row | undefined {
    const row = this.rows.get(transaction)
    return row?.held && row.order.fence === fence ? row : undefined
  }
}

const COMMITTED = Promise.resolve<UnitOutcome>({ status: 'committed' })
const CONFLICT = Promise.resolve<UnitOutcome>({ status: 'conflict', on: 'state' })

/** An authority elsewhere prepares nothing that the roll could keep. */
const NOT_PREPARED: PreparedCertificate = {
  issuerId: 0,
  serialNumber: Buffer.alloc(0),
  tbs: Buffer.alloc(0),
  subject: '',
  subjectAltNames: [],
  notBefore: new Date(0),
  notAfter: new Date(0),
}
