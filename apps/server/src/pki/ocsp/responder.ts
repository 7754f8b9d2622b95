import { serialToHex } from '@chancery/pki'
import { StoreError } from '@chancery/store'
import type { ServerContext, Snapshot } from '../../context.ts'
import { BucketTable } from '../../limits/bucket-table.ts'
import type { OcspOutcome } from '../../metrics/metrics.ts'
import { Gate } from '../../scep/gate.ts'
import { type OcspIssuer, ocspIssuers } from './issuers.ts'
import { AnswerMemo, type MemoEntry } from './memo.ts'
import { type Question, readQuestion } from './question.ts'
import { type Asked, signAnswer } from './sign-answer.ts'
import { Signers } from './signers.ts'

/**
 * Signatures a second, in each process, for what has no place in the memo: nonces, and several certificates in one
 * message. With P-256 that is a hundredth of a processor, with RSA-2048 a fifth.
 */
const SIGNATURES = { burst: 200, perSecond: 200 } as const
const BUDGET = 'signatures'

/**
 * As late as PostgreSQL may tell of a change of the configuration. What an answer rests on is not in it: only which CAs there
 * are, and a CA that is not known is looked for in the newest one.
 */
const SNAPSHOT_MILLISECONDS = 1000

export type OcspAnswer =
  | {
      readonly signed: MemoEntry
      /** Caches between us and the client may keep it. */
      readonly isShared: boolean
    }
  | { readonly refused: Refusal }

/** What is told unsigned (RFC 6960 §2.3). */
export type Refusal = 'malformedRequest' | 'internalError' | 'tryLater' | 'unauthorized'

type Context = Pick<ServerContext, 'store' | 'snapshots' | 'metrics' | 'log' | 'now'>

/** Answers OCSP (RFC 6960) in one process: each answer rests on what the store says now (design, rule 15). */
export class OcspResponder {
  readonly #context: Context
  readonly #signers: Signers
  readonly #memo = new AnswerMemo()
  readonly #budget = new BucketTable(SIGNATURES, 1)
  readonly #gate = new Gate()
  #kept: { readonly snapshot: Snapshot; readonly until: number } | undefined

  constructor(context: Context) {
    this.#context = context
    this.#signers = new Signers(context.store.ocsp)
  }

  async answer(authorityName: string, bytes: Buffer): Promise<OcspAnswer> {
    if (!this.#gate.enter()) return this.#refuse('tryLater')
    try {
      const question = this.#questionByKept(authorityName, bytes) ?? (await this.#question(authorityName, bytes))
      if (typeof question === 'string') return this.#refuse(question)
      // Where a signer stepped back between two reads, its successor is in the store already.
      return (await this.#decide(question)) ?? (await this.#decide(question)) ?? this.#refuse('tryLater')
    } catch (error) {
      this.#context.log.error({ err: error, authority: authorityName }, 'no OCSP answer')
      const isDown = error instanceof StoreError && error.code === 'ERR_STORE_UNAVAILABLE'
      return this.#refuse(isDown ? 'tryLater' : 'internalError')
    } finally {
      this.#gate.leave()
    }
  }

  #questionByKept(authorityName: string, bytes: Buffer): ReturnType<typeof readQuestion> | undefined {
    if (this.#kept === undefined) return undefined
    const left = this.#kept.until - this.#context.now().getTime()
    if (left <= 0 || left > SNAPSHOT_MILLISECONDS) return undefined
    const question = readQuestion(bytes, ocspIssuers(this.#kept.snapshot, authorityName))
    return question === 'unauthorized' ? undefined : question
  }

  async #question(authorityName: string, bytes: Buffer): Promise<ReturnType<typeof readQuestion>> {
    const snapshot = await this.#context.snapshots.current()
    this.#kept = { snapshot, until: this.#context.now().getTime() + SNAPSHOT_MILLISECONDS }
    return readQuestion(bytes, ocspIssuers(snapshot, authorityName))
  }

  /** Undefined: who should sign has no key any more. */
  async #decide({ issuer, certIds, nonce }: Question): Promise<OcspAnswer | undefined> {
    const now = this.#context.now().getTime()
    if (now >= issuer.notAfter) return this.#refuse('unauthorized') // nobody can answer for it any more
    const asked: Asked[] = []
    for (const certId of certIds) {
      const standing = await this.#context.store.ocsp.standing(issuer.id, serialToHex(certId.serialNumber))
      // What is held back is nobody's yet, and an answer would tell that it exists (design, rule 11).
      if (standing === undefined || (standing.held && standing.state === 'issued')) return this.#refuse('unauthorized')
      asked.push({ certId, standing })
    }
    const [first, ...others] = asked
    if (first === undefined || first.standing.signer === null) return this.#refuse('tryLater')

    const wantsOwn = nonce !== undefined || others.length > 0
    const isOwn = wantsOwn && this.#budget.wait(BUDGET, now) === 0
    if (others.length > 0 && !isOwn) return this.#refuse('tryLater')
    if (nonce !== undefined) this.#context.metrics.ocspNonce(isOwn ? 'repeated' : 'left_out')
    const outcome = others.length > 0 ? 'several' : first.standing.state === 'issued' ? 'good' : 'revoked'
    const key = memoKey(issuer, first)
    const kept = isOwn ? undefined : this.#memo.find(key, first.standing, now)
    if (kept !== undefined) return this.#tell(outcome, 'memo', kept, !wantsOwn)

    const signer = await this.#signers.find(first.standing.signer)
    if (signer === undefined) return undefined
    if (isOwn) this.#budget.take(BUDGET, now)
    const validity = issuer.validity
    const signed = await signAnswer(signer, [first, ...others], { now, validity, nonce: isOwn ? nonce : undefined })
    if (signed === undefined) return this.#refuse('tryLater')
    if (!isOwn) this.#memo.keep(key, signed)
    return this.#tell(outcome, 'signature', signed, !wantsOwn)
  }

  #tell(outcome: OcspOutcome, from: 'memo' | 'signature', signed: MemoEntry, isShared: boolean): OcspAnswer {
    this.#context.metrics.ocspAnswer(outcome, from)
    return { signed, isShared }
  }

  #refuse(status: Refusal): OcspAnswer {
    this.#context.metrics.ocspAnswer(status, 'none')
    return { refused: status }
  }
}

/** With everything of a CertID that an answer repeats. */
function memoKey({ id }: OcspIssuer, { certId }: Asked): string {
  return `${id} ${certId.digest}${certId.withNull ? '/' : ' '}${certId.serialNumber.toString('latin1')}`
}
