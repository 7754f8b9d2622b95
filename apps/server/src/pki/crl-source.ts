import type { CrlStore, StoredCrl } from '@chancery/store'

/** How old an answer from memory may be; a revocation is on every node's list within this after its CRL was made. */
const KEPT_MILLISECONDS = 2000

interface Kept {
  readonly crl: Promise<StoredCrl | undefined>
  readonly until: number
}

/** The newest CRL of an issuer, from memory for a moment: everybody who checks a certificate fetches it. */
export function crlSource(crls: CrlStore, now: () => Date): (issuerId: number) => Promise<StoredCrl | undefined> {
  const kept = new Map<number, Kept>()
  return (issuerId) => {
    const found = kept.get(issuerId)
    const time = now().getTime()
    if (found !== undefined && time < found.until && found.until - time <= KEPT_MILLISECONDS) return found.crl
    const crl = crls.newest(issuerId)
    kept.set(issuerId, { crl, until: time + KEPT_MILLISECONDS })
    crl.catch(() => kept.delete(issuerId))
    return crl
  }
}
