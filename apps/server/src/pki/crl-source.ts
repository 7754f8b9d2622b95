import { createHash } from 'node:crypto'
import type { CrlPlace, CrlStore, StoredCrl } from '@chancery/store'

/** How old an answer from memory may be; a revocation is on every node's list within this after its CRL was made. */
const KEPT_MILLISECONDS = 2000

export interface ServedCrl extends Pick<StoredCrl, 'der' | 'number' | 'thisUpdate' | 'nextUpdate'> {
  readonly entityTag: string
}

export type CrlSource = (issuerId: number, place: CrlPlace) => Promise<ServedCrl | undefined>

interface KnownIssuer {
  /** Number of the newest CRL by place: what is not in it is not there, and nobody asks the store for it. */
  readonly numbers: Promise<ReadonlyMap<string, bigint>>
  readonly until: number
  readonly lists: Map<string, { readonly number: bigint; readonly crl: Promise<ServedCrl | undefined> }>
}

/**
 * The newest CRL of an issuer at a place, from memory: everybody who checks a certificate fetches it. Every two seconds the
 * store is asked which there are; a list itself is read once.
 */
export function crlSource(crls: Pick<CrlStore, 'facts' | 'newest'>, now: () => Date): CrlSource {
  const known = new Map<number, KnownIssuer>()

  const issuerOf = (issuerId: number): KnownIssuer => {
    const found = known.get(issuerId)
    const time = now().getTime()
    if (found !== undefined && time < found.until && found.until - time <= KEPT_MILLISECONDS) return found
    const numbers = crls.facts(issuerId).then((facts) => new Map(facts.map((one) => [keyOf(one), one.number])))
    const issuer = { numbers, until: time + KEPT_MILLISECONDS, lists: found?.lists ?? new Map() }
    known.set(issuerId, issuer)
    numbers.catch(() => known.delete(issuerId))
    return issuer
  }

  return async (issuerId, place) => {
    const { numbers, lists } = issuerOf(issuerId)
    const key = keyOf(place)
    const number = (await numbers).get(key)
    if (number === undefined) return undefined
    const kept = lists.get(key)
    if (kept?.number === number) return kept.crl
    const crl = crls.newest(issuerId, place).then(served)
    lists.set(key, { number, crl })
    crl.catch(() => lists.delete(key))
    return crl
  }
}

function keyOf({ shard, kind }: CrlPlace): string {
  return `${shard}.${kind}`
}

function served(crl: StoredCrl | undefined): ServedCrl | undefined {
  return crl && { ...crl, entityTag: entityTagOf(crl.der) }
}

export function entityTagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`
}
