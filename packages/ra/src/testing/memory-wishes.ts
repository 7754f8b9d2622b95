import type { AuditEvent } from '../audit-event.ts'
import type { CertificateRecord, CertificateSelector, CertificateStanding, Revocation } from '../revocation-register.ts'
import type { RecordedWish, VouchedCertificate, WishLedger, WishResult } from '../wish/ledger.ts'

/** The contract of the ledger of wishes in memory. */
export class MemoryWishes implements WishLedger {
  readonly certificates: CertificateRecord[] = []
  /** By voucher. */
  readonly vouched = new Map<string, VouchedCertificate[]>()
  /** By id of the wish. */
  readonly results = new Map<number, WishResult>()
  readonly ignored = new Map<number, string>()
  readonly audit: AuditEvent[] = []
  /** The next revocation is rejected with it. */
  failure: Error | undefined

  find = async (selector: CertificateSelector): Promise<CertificateRecord[]> =>
    this.certificates.filter(({ uuid }) => 'uuid' in selector && uuid === selector.uuid)

  async vouchedFor(voucher: string, serials: readonly string[]): Promise<VouchedCertificate[]> {
    return (this.vouched.get(voucher) ?? []).filter(({ serial }) => serials.includes(serial))
  }

  async revoke(
    wish: RecordedWish,
    result: WishResult,
    { uuid }: CertificateStanding,
    revocation: Revocation,
    audit: readonly AuditEvent[],
  ): Promise<boolean> {
    const { failure } = this
    this.failure = undefined
    if (failure !== undefined) throw failure
    const at = this.certificates.findIndex((one) => one.uuid === uuid)
    const found = this.certificates[at]
    if (found === undefined) return false
    this.certificates[at] = { ...found, state: 'revoked', revocation }
    this.audit.push(...audit)
    this.results.set(wish.id, result)
    return true
  }

  async decide(wish: RecordedWish, result: WishResult): Promise<void> {
    this.results.set(wish.id, result)
  }

  async ignore(wish: RecordedWish, why: string): Promise<void> {
    this.ignored.set(wish.id, why)
  }
}
