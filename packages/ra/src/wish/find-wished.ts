import type { IssuerNames } from './issuer-names.ts'
import type { RecordedWish, VouchedCertificate, WishLedger } from './ledger.ts'
import { serialReadings } from './serial-readings.ts'

export type Wished =
  | { readonly status: 'found'; readonly certificate: VouchedCertificate }
  /** Its issuer is ours, and we know no such certificate, or cannot read which one is meant. */
  | { readonly status: 'unknown' | 'unreadable' | 'missing' }
  /** Perhaps somebody else's, who is to answer. */
  | { readonly status: 'foreign' | 'ambiguous' }

/**
 * The certificate that is meant, among those that this voucher vouched for: the one that was told to him under this very
 * serial number, else one under any that it may mean. Where an issuer is named, it must be that one's.
 */
export async function findWished(
  wish: RecordedWish,
  issuers: IssuerNames,
  ledger: Pick<WishLedger, 'vouchedFor'>,
): Promise<Wished> {
  const { voucher, serialNumber } = wish
  const named = [wish.issuerName, wish.caConfiguration].flatMap((text) => text?.trim() || [])
  const readings = serialReadings(serialNumber)
  const candidates = readings.length === 0 ? [] : await ledger.vouchedFor(voucher, readings.flat())
  const meant = candidates.filter(
    ({ issuerId, toldIssuer }) =>
      named.length === 0 || named.some((text) => text === toldIssuer || issuers.isNamed(issuerId, text)),
  )
  const likeliestFirst = [
    meant.filter(({ toldSerial }) => toldSerial === serialNumber),
    ...readings.map((serials) => meant.filter(({ serial }) => serials.includes(serial))),
  ]
  const [certificate, another] = likeliestFirst.find(({ length }) => length > 0) ?? []
  if (certificate !== undefined) {
    return another === undefined ? { status: 'found', certificate } : { status: 'ambiguous' }
  }
  if (!named.some((text) => issuers.isOurs(text))) return { status: 'foreign' }
  if (serialNumber.trim() === '') return { status: 'missing' }
  return { status: readings.length === 0 ? 'unreadable' : 'unknown' }
}
