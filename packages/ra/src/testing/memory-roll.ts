import type { ApprovalQueue, Decision, NewWaiting, WaitingRequest } from '../approval/queue.ts'
import type { AuditEvent } from '../audit-event.ts'
import type {
  ChallengeUse,
  Identity,
  NewCertificate,
  NewReceived,
  NewTransaction,
  PreparedCertificate,
  TransactionLedger,
  UnitConflict,
  UnitOutcome,
} from '../ports.ts'
import type { KnownTransaction } from '../transaction.ts'

export interface Row {
  known: KnownTransaction
  readonly identity: Identity
  transaction: NewTransaction
  waiting?: NewWaiting | undefined
  csr?: Buffer | undefined
  source?: string | undefined
  use?: 'reserved' | 'spent' | 'returned' | undefined
  vouched?: VouchedRow | undefined
  readonly decisions: Decision[]
}

/** A request that somebody vouched for, as it is recorded. */
export interface VouchedRow {
  readonly voucher: string
  readonly csr: Buffer
  readonly since: Date
  attempts: number
  dueAt: Date | undefined
}

/** The contracts of ledger and queue in memory: unique identity, counted challenges, versions, states. */
export class MemoryRoll implements TransactionLedger, ApprovalQueue {
  readonly rows = new Map<string, Row>()
  readonly predecessors: string[] = []
  /** Uses that challenges have left. */
  readonly uses = new Map<number, number>()
  /** Remembered yeses, by their key in hexadecimal. */
  readonly allows = new Set<string>()
  /** With which key a challenge was shown that somebody vouched for. */
  readonly keys = new Map<string, string>()
  /** What was committed with the rest. */
  readonly audit: AuditEvent[] = []
  version = 1

  find(which: Identity): Promise<KnownTransaction | undefined>
  find(which: string): Promise<WaitingRequest | undefined>
  find(which: Identity | string): Promise<KnownTransaction | WaitingRequest | undefined> {
    if (typeof which !== 'string') return Promise.resolve(this.#byIdentity(which)?.known)
    const row = this.rows.get(which)
    return Promise.resolve(row?.waiting === undefined ? undefined : toWaiting(row, row.waiting))
  }

  issue(first: NewTransaction, certificate: NewCertificate, audit?: readonly AuditEvent[]): Promise<UnitOutcome>
  issue(
    first: WaitingRequest,
    certificate: NewCertificate,
    decision: Decision,
    version: number,
    audit?: readonly AuditEvent[],
  ): Promise<UnitOutcome>
  issue(
    first: NewTransaction | WaitingRequest,
    certificate: NewCertificate,
    last?: Decision | readonly AuditEvent[],
    version?: number,
    audit: readonly AuditEvent[] = [],
  ) {
    const decision = last === undefined || isEvents(last) ? undefined : last
    if ('identity' in first) {
      const refused = this.#admit(first, 'spent')
      if (refused !== undefined) return conflict(refused)
    } else if (decision !== undefined) {
      const refused = version === this.version ? this.#decide(first.uuid, decision, first.decisions) : 'configuration'
      if (refused !== undefined) return conflict(refused)
      if (!this.#take(first.uuid, 'spent')) return conflict('challenge')
    }
    if (certificate.predecessor !== undefined) this.predecessors.push(certificate.predecessor)
    this.#certify(first.uuid, certificate)
    this.audit.push(...(isEvents(last) ? last : audit))
    return committed(certificate.der)
  }

  begin(transaction: NewTransaction, prepared: PreparedCertificate) {
    const refused = this.#admit(transaction, 'reserved')
    if (refused !== undefined) return conflict(refused)
    this.#become(transaction.uuid, { state: 'ordered', ordered: { ...prepared, at: transaction.now } })
    return committed()
  }

  finish(uuid: string, certificate: NewCertificate, _now?: Date, audit: readonly AuditEvent[] = []) {
    if (this.rows.get(uuid)?.known.state !== 'ordered') return conflict('state')
    this.#take(uuid, 'spent')
    this.#certify(uuid, certificate)
    this.audit.push(...audit)
    return committed(certificate.der)
  }

  abandon(uuid: string) {
    if (this.rows.get(uuid)?.known.state !== 'ordered') return conflict('state')
    this.#giveBack(uuid)
    this.#become(uuid, { state: 'failed', ordered: undefined })
    return committed()
  }

  wait(transaction: NewTransaction, waiting: NewWaiting, audit: readonly AuditEvent[] = []) {
    const { caps, source, authenticated } = waiting
    const strangers = [...this.rows.values()].filter(
      (row) => row.known.state === 'awaiting_approval' && row.waiting?.authenticated === false,
    )
    const fromThere = strangers.filter((row) => row.waiting?.source === source)
    if (!authenticated && caps !== undefined) {
      if (strangers.length >= caps.mostWaiting || fromThere.length >= caps.mostWaitingPerSource) return conflict('caps')
    }
    const refused = this.#admit(transaction, 'reserved')
    if (refused !== undefined) return conflict(refused)
    const row = this.rows.get(transaction.uuid) as Row
    Object.assign(row, { waiting, csr: waiting.csr })
    const { expiresAt, challenge } = waiting
    this.#become(transaction.uuid, { state: 'awaiting_approval', expiresAt, challenge })
    this.audit.push(...audit)
    return committed()
  }

  agree({ uuid, decisions }: WaitingRequest, decision: Decision, version: number) {
    const refused = version === this.version ? this.#decide(uuid, decision, decisions) : 'configuration'
    return refused === undefined ? committed() : conflict(refused)
  }

  order({ uuid, decisions }: WaitingRequest, prepared: PreparedCertificate, decision: Decision) {
    const refused = this.#decide(uuid, decision, decisions)
    if (refused !== undefined) return conflict(refused)
    if (!this.#take(uuid, 'reserved')) return conflict('challenge')
    this.#become(uuid, { state: 'ordered', ordered: { ...prepared, at: decision.at } })
    return committed()
  }

  fail({ uuid }: WaitingRequest, decision: Decision) {
    const refused = this.#decide(uuid, decision)
    if (refused !== undefined) return conflict(refused)
    this.#giveBack(uuid)
    this.#become(uuid, { state: 'failed', reason: 'issue_failed' })
    return committed()
  }

  deny(
    { uuid }: WaitingRequest,
    reason: NonNullable<KnownTransaction['reason']>,
    use: 'spent' | 'returned',
    decision: Decision,
  ) {
    const refused = this.#decide(uuid, decision)
    if (refused !== undefined) return conflict(refused)
    if (use === 'returned') this.#giveBack(uuid)
    else this.#take(uuid, 'spent')
    this.#become(uuid, { state: 'denied', reason })
    return committed()
  }

  expire(uuid: string, now: Date) {
    const row = this.rows.get(uuid)
    if (row?.known.state !== 'awaiting_approval' || now < (row.known.expiresAt as Date)) return conflict('state')
    this.#giveBack(uuid)
    this.#become(uuid, { state: 'denied', reason: 'approval_expired' })
    return committed()
  }

  receive(transaction: NewTransaction, { csr, challenge, source, expiresAt, caps }: NewReceived) {
    const others = [...this.rows.values()].filter(({ known }) => known.state === 'received')
    if (others.length >= caps.mostWaiting) return conflict('caps')
    if (others.filter((row) => row.source === source).length >= caps.mostWaitingPerSource) return conflict('caps')
    const refused = this.#admit(transaction, 'reserved')
    if (refused !== undefined) return conflict(refused)
    Object.assign(this.rows.get(transaction.uuid) as Row, { csr, source })
    this.#become(transaction.uuid, { expiresAt, challenge })
    return committed()
  }

  receivedCsr(uuid: string) {
    const row = this.rows.get(uuid)
    return Promise.resolve(row?.known.state === 'received' ? row.csr : undefined)
  }

  refuse(uuid: string, reason: NonNullable<KnownTransaction['reason']>) {
    if (this.rows.get(uuid)?.known.state !== 'received') return conflict('state')
    this.#become(uuid, { state: 'refused', reason })
    return committed()
  }

  /** Changes what stands in a row, as time or another process would. */
  alter(uuid: string, change: Partial<KnownTransaction>): void {
    this.#become(uuid, change)
  }

  #byIdentity({ digest }: Identity): Row | undefined {
    return [...this.rows.values()].find(({ identity }) => identity.digest.equals(digest))
  }

  #admit(transaction: NewTransaction, use: 'reserved' | 'spent'): UnitConflict | undefined {
    const { uuid, identity, supersedes, continues, configurationVersion, challengeUse } = transaction
    const same = this.#byIdentity(identity)
    const isThere = continues === true && same?.known.uuid === uuid && same.known.state === 'received'
    if (same !== undefined && same.known.uuid !== supersedes && !isThere) return 'transaction'
    if (configurationVersion !== this.version) return 'configuration'
    const refused = this.#use(challengeUse, transaction)
    if (refused !== undefined) return refused
    if (supersedes !== undefined) this.rows.delete(supersedes)
    const { raProfileId, csrKeyDigest, csrContentDigest, now } = transaction
    const vouched = challengeUse !== undefined && 'vouched' in challengeUse ? challengeUse.vouched : undefined
    const known = {
      uuid,
      state: 'received',
      raProfileId,
      csrKeyDigest,
      csrContentDigest,
      ordered: undefined,
      certificate: undefined,
      vouched: vouched !== undefined,
      ...(isThere && { challenge: same.known.challenge }),
    } as const
    this.rows.set(uuid, {
      known,
      identity,
      transaction,
      decisions: [],
      use: challengeUse === undefined ? undefined : use,
      vouched: vouched && { voucher: vouched.voucher, csr: vouched.csr, since: now, attempts: 0, dueAt: now },
    })
    return undefined
  }

  #use(challengeUse: ChallengeUse | undefined, { csrKeyDigest }: NewTransaction): UnitConflict | undefined {
    if (challengeUse === undefined) return undefined
    if ('allow' in challengeUse) return this.allows.delete(challengeUse.allow.toString('hex')) ? undefined : 'allow'
    if ('vouched' in challengeUse) {
      const { csr, challenge } = challengeUse.vouched
      if ([...this.rows.values()].some(({ vouched }) => vouched?.csr.equals(csr))) return 'request'
      const key = csrKeyDigest.toString('hex')
      if ((this.keys.get(challenge.reveal()) ?? key) !== key) return 'challenge'
      this.keys.set(challenge.reveal(), key)
      return undefined
    }
    const left = this.uses.get(challengeUse.challengeId) ?? 0
    if (left === 0) return 'challenge'
    this.uses.set(challengeUse.challengeId, left - 1)
    return undefined
  }

  /** @param seen how many decisions it rests on; undefined: on none */
  #decide(uuid: string, decision: Decision, seen?: number): UnitConflict | undefined {
    const row = this.rows.get(uuid)
    const open = row?.known.state === 'awaiting_approval' || row?.known.state === 'failed'
    if (row === undefined || !open || decision.at >= (row.known.expiresAt as Date)) return 'state'
    if (seen !== undefined && seen !== row.decisions.length) return 'state'
    row.decisions.push(decision)
    return undefined
  }

  #take(uuid: string, use: 'reserved' | 'spent'): boolean {
    const row = this.rows.get(uuid)
    const challenge = countedBy(row)
    if (row === undefined || challenge === undefined) return true
    if (row.use === 'returned') {
      const left = this.uses.get(challenge) ?? 0
      if (left === 0) return false
      this.uses.set(challenge, left - 1)
    }
    row.use = use
    return true
  }

  #certify(uuid: string, certificate: NewCertificate): void {
    const release = this.rows.get(uuid)?.vouched === undefined ? 'free' : 'held'
    this.#become(uuid, { state: 'issued', ordered: undefined, certificate: { ...issued(certificate), release } })
  }

  #giveBack(uuid: string): void {
    const row = this.rows.get(uuid)
    if (row !== undefined) row.vouched = undefined
    const challenge = countedBy(row)
    if (row?.use !== 'reserved' || challenge === undefined) return
    this.uses.set(challenge, (this.uses.get(challenge) ?? 0) + 1)
    row.use = 'returned'
  }

  #become(uuid: string, change: Partial<KnownTransaction>): void {
    const row = this.rows.get(uuid)
    if (row === undefined) throw new Error(`no transaction ${uuid}`)
    row.known = { ...row.known, ...change }
    if (change.state === 'issued' || change.state === 'denied' || change.state === 'refused') row.csr = undefined
  }
}

function countedBy(row: Row | undefined): number | undefined {
  const use = row?.transaction.challengeUse
  return use !== undefined && 'challengeId' in use ? use.challengeId : undefined
}

const committed = (certificate?: Buffer): Promise<UnitOutcome> =>
  Promise.resolve({ status: 'committed', ...(certificate === undefined ? {} : { certificate }) })
const conflict = (on: UnitConflict): Promise<UnitOutcome> => Promise.resolve({ status: 'conflict', on })

function isEvents(value: unknown): value is readonly AuditEvent[] {
  return Array.isArray(value)
}

function issued({ uuid, der, prepared }: NewCertificate) {
  const { issuerId, notBefore, notAfter } = prepared
  return { uuid, der, issuerId, notBefore, notAfter, revoked: false }
}

function toWaiting({ known, identity, transaction, csr, use, decisions }: Row, waiting: NewWaiting): WaitingRequest {
  const { endpoint, kind, transactionId, signerDigest } = identity
  const { scepProfileId, raProfileId, csrKeyDigest, now: since } = transaction
  const { subject, issuerId, predecessor, source, authenticated, expiresAt } = waiting
  return {
    ...{ uuid: known.uuid, state: known.state, reason: known.reason, certificateUuid: undefined },
    ...{ endpoint, kind, transactionId, signerDigest, scepProfileId, raProfileId, csrKeyDigest },
    ...{ subject, issuerId, predecessor, source, authenticated, since, expiresAt, csr, challengeUse: use },
    ...{ decision: decisions.at(-1), decisions: decisions.length },
    approvals: decisions.filter(({ decision }) => decision === 'approved'),
    requestedBy: transaction.requestedBy,
  }
}
