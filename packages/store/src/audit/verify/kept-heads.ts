import type { AuditHead } from '../head.ts'
import type { Findings } from './finding.ts'

/** Heads that somebody kept elsewhere, compared while the chain is gone through. */
export class KeptHeads {
  readonly #waiting = new Map<number, Buffer[]>()
  readonly #findings: Findings
  compared = 0
  tooOld = 0

  constructor(heads: readonly AuditHead[], findings: Findings) {
    this.#findings = findings
    for (const { seq, head } of heads) this.#waiting.set(seq, [...(this.#waiting.get(seq) ?? []), head])
  }

  /** A head that is certain. */
  compare({ seq, head }: AuditHead): void {
    const kept = this.#waiting.get(seq) ?? []
    this.#waiting.delete(seq)
    for (const one of kept) {
      this.compared++
      if (!one.equals(head)) this.#findings.add({ kind: 'head-differs', seq })
    }
  }

  /** What stood up to here is there no more. */
  begin(seq: number): void {
    for (const [of, kept] of this.#waiting) {
      if (of >= seq) continue
      this.tooOld += kept.length
      this.#waiting.delete(of)
    }
  }

  end(seq: number): void {
    for (const [of, kept] of this.#waiting) {
      this.compared += kept.length
      // One within a part that is spoiled cannot be compared, and the part has been told of.
      if (of > seq) this.#findings.add({ kind: 'head-beyond-end', seq: of })
    }
  }
}
