import { builtInSettings } from '@chancery/connectors'
import { parseCertificate } from '@chancery/pki'
import type { CrlFacts, CrlState } from '@chancery/store'
import { type CrlUrls, crlUrls } from '../../snapshot/crl-urls.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
/** How far the clocks of two nodes may be apart. */
const MOST_AHEAD_MILLISECONDS = 5 * 60_000

/** Which CRLs of an issuer are to be made, all with one number and of one snapshot. */
export interface CrlPlan {
  readonly number: bigint
  readonly thisUpdate: Date
  /** Of the complete one, and of those of shards. */
  readonly nextUpdate: Date
  readonly full: { readonly isBase: boolean; readonly freshestCrlUrl: string | undefined } | undefined
  readonly delta: { readonly nextUpdate: Date; readonly base: DeltaBase | 'full' } | undefined
  /** Those of shards, beside the ones of which the list says that they have changed. */
  readonly shards: readonly number[]
  readonly shardUrl: CrlUrls['shard']
  /** Complete ones that deltas add to are kept from then on; undefined: there are no deltas. */
  readonly keepBasesFrom: Date | undefined
  /** Of changes, how many of the issuer's first ones no list needs any more. */
  readonly since: number
  /** Certificates that ended before are on no list any more. */
  readonly endsFrom: Date
}

export interface DeltaBase {
  readonly number: bigint
  readonly revocations: number
}

/**
 * Undefined: none is due. A complete CRL is made within seconds of a change, and otherwise before half of its life is over; so
 * are a delta and the CRL of each shard that has changed.
 */
export function planCrls(state: CrlState, publicUrl: string | undefined, now: Date): CrlPlan | undefined {
  if (now >= parseCertificate(state.certificate).notAfter) return undefined
  const settings = builtInSettings({ settings: state.authority.settings })
  const urls = crlUrls(publicUrl, state.authority, state.generation)
  const { newest, delta, revocations } = state
  const thisUpdate = wholeSecond(now)
  const life = settings.crlValidityDays * DAY
  const lacks = (crl: CrlFacts | undefined) => crl === undefined || crl.revocations < revocations || isOld(crl, now)
  // Whoever has a complete CRL that is still valid has one that is as new as one of these.
  const keepBasesFrom = new Date(now.getTime() - life)
  const bases = state.bases.filter((base) => !isAhead(base, now) && base.nextUpdate >= keepBasesFrom)
  const full = lacks(newest) || (settings.deltaCrls && bases.length === 0)
  const wantsDelta = settings.deltaCrls && (full || lacks(delta))
  const shards = urls.shard === undefined ? [] : oldShards(state, settings.crlShards, now)
  const changed = urls.shard !== undefined && [...state.shards.values()].some((one) => one.revocations < revocations)
  if (!full && !wantsDelta && shards.length === 0 && !changed) return undefined
  const isBase = settings.deltaCrls && bases.every((base) => isOld(base, now))
  return {
    number: nextNumber(state.highest, thisUpdate, BigInt(settings.crlNumberAbove)),
    thisUpdate,
    nextUpdate: after(thisUpdate, life),
    full: full ? { isBase, freshestCrlUrl: urls.delta } : undefined,
    delta: wantsDelta
      ? { nextUpdate: after(thisUpdate, settings.deltaCrlValidityHours * HOUR), base: bases[0] ?? 'full' }
      : undefined,
    shards,
    shardUrl: urls.shard,
    keepBasesFrom: settings.deltaCrls ? keepBasesFrom : undefined,
    since: Math.min(revocations, ...[...bases, ...state.shards.values()].map((one) => one.revocations)),
    endsFrom: earliest([newest, ...state.shards.values()], now),
  }
}

/** Also one that a clock made which was wrong: nobody takes a list that is not valid yet. */
export function isOld(crl: CrlFacts, now: Date): boolean {
  return isAhead(crl, now) || now.getTime() >= (crl.thisUpdate.getTime() + crl.nextUpdate.getTime()) / 2
}

function isAhead({ thisUpdate }: CrlFacts, now: Date): boolean {
  return thisUpdate.getTime() > now.getTime() + MOST_AHEAD_MILLISECONDS
}

/** Those that there are, and those that new certificates may name; a shard whose number is out of use has certificates still. */
function oldShards({ shards }: CrlState, count: number, now: Date): number[] {
  const highest = count === 0 && shards.size === 0 ? 0 : Math.max(count, ...shards.keys())
  return Array.from({ length: highest }, (_, index) => index + 1).filter((number) => {
    const crl = shards.get(number)
    return crl === undefined || isOld(crl, now)
  })
}

/** When the oldest of the lists was made: what ended since then has been on none of them as ended (RFC 5280 §3.3). */
function earliest(crls: readonly (CrlFacts | undefined)[], now: Date): Date {
  return new Date(Math.min(now.getTime(), ...crls.map((crl) => crl?.thisUpdate.getTime() ?? 0)))
}

/** Not merely the next one: after a restore from a backup it must still be above every number ever published. */
function nextNumber(last: bigint | undefined, thisUpdate: Date, above: bigint): bigint {
  const seconds = BigInt(thisUpdate.getTime() / 1000)
  const highest = last !== undefined && last > above ? last : above
  return highest >= seconds ? highest + 1n : seconds
}

function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000)
}

function after(time: Date, milliseconds: number): Date {
  return new Date(time.getTime() + milliseconds)
}
