import { hash, randomUUID } from 'node:crypto'
import type { CollectedRevocations, RevocationResult, RevocationSource, RevocationWish } from '@chancery/ra'

/** Of what a tenant as one application wants; it offers a wish again until it is answered with something final. */
export class FakeIntune implements RevocationSource {
  readonly voucher: string
  offered: RevocationWish[] = []
  /** Codes by context, as they were recorded. */
  readonly answers = new Map<string, RevocationResult['code'][]>()
  collections = 0
  batch = 100
  /** What goes wrong while it is set: the sentence. */
  trouble: { collect?: string; report?: string; afterReport?: string } = {}
  /** Context of a wish: a call with an answer to it is refused as a whole. */
  neverTakes: string | undefined

  constructor(name: string) {
    this.voucher = hash('sha256', name)
  }

  /** Between two tests. */
  forget(): void {
    this.offered = []
    this.answers.clear()
    this.collections = 0
    this.batch = 100
    this.trouble = {}
    this.neverTakes = undefined
  }

  /** @returns its context */
  wants(serialNumber: string, issuerName: string | null = null): string {
    const context = randomUUID()
    this.offered.push({ context, serialNumber, issuerName, caConfiguration: issuerName })
    return context
  }

  async collect(): Promise<CollectedRevocations> {
    this.collections++
    if (this.trouble.collect !== undefined) throw new Error(this.trouble.collect)
    const wishes = this.offered.slice(0, this.batch)
    return { wishes, full: wishes.length === this.batch }
  }

  async report(results: readonly RevocationResult[]): Promise<void> {
    if (this.trouble.report !== undefined) throw new Error(this.trouble.report)
    if (results.some(({ context }) => context === this.neverTakes)) throw new Error('Intune has not recorded them.')
    for (const { context, code } of results) {
      this.answers.set(context, [...(this.answers.get(context) ?? []), code])
      if (code < 4100) this.offered = this.offered.filter((one) => one.context !== context)
    }
    if (this.trouble.afterReport !== undefined) throw new Error(this.trouble.afterReport)
  }
}
