import { REVOCATION_CODE } from '../requested-revocation.ts'
import { type AuditOf, type RevocationReason, revoke } from '../revocation.ts'
import type { CertificateRecord } from '../revocation-register.ts'
import { findWished, type Wished } from './find-wished.ts'
import type { IssuerNames } from './issuer-names.ts'
import type { RecordedWish, WishLedger, WishResult } from './ledger.ts'

/** What is known while wishes are fulfilled. */
export interface WishScene {
  readonly issuers: IssuerNames
  /** As the profile says through which it was issued. */
  readonly reasonFor: (certificate: CertificateRecord) => RevocationReason
  readonly auditFor: (revocation: { readonly at: Date; readonly reason: RevocationReason }) => AuditOf
  readonly now: () => Date
}

export type Fulfilment =
  | { readonly status: 'revoked' | 'already'; readonly certificate: CertificateRecord; readonly result: WishResult }
  /** Answered with a code that ends it. */
  | { readonly status: 'refused'; readonly result: WishResult }
  /** Left alone. */
  | { readonly status: 'ignored'; readonly why: string }
  /** Answered with a code that lets it come again. */
  | { readonly status: 'failed'; readonly result: WishResult; readonly error: unknown }

/**
 * Decides one wish. Revocation and result are one unit, so that a crash leaves both or neither, and of what was revoked
 * already only the result is written.
 * @throws when not even the result could be written; the wish is then still there
 */
export async function fulfil(wish: RecordedWish, scene: WishScene, ledger: WishLedger): Promise<Fulfilment> {
  try {
    return await decide(wish, scene, ledger)
  } catch (error) {
    const result = error instanceof TypeError ? OUR_FAULT : DOWN
    await ledger.decide(wish, result, undefined, scene.now())
    return { status: 'failed', result, error }
  }
}

async function decide(wish: RecordedWish, scene: WishScene, ledger: WishLedger): Promise<Fulfilment> {
  const { issuers, now } = scene
  const wished = await findWished(wish, issuers, ledger)
  if (wished.status === 'found') return await takeBack(wish, wished.certificate.uuid, scene, ledger)
  if (wished.status === 'foreign' || wished.status === 'ambiguous') {
    const why = LEFT_ALONE[wished.status]
    await ledger.ignore(wish, why, now())
    return { status: 'ignored', why }
  }
  const result = REFUSALS[wished.status]
  await ledger.decide(wish, result, undefined, now())
  return { status: 'refused', result }
}

async function takeBack(
  wish: RecordedWish,
  uuid: string,
  { issuers, reasonFor, auditFor, now }: WishScene,
  ledger: WishLedger,
): Promise<Fulfilment> {
  const [found] = await ledger.find({ uuid })
  if (found === undefined) throw new TypeError('a certificate that was vouched for is gone')
  const result = issuers.hasOurKey(found.issuerId) ? DONE : NOT_OURS_TO_PUBLISH
  const revocation = { at: now(), reason: reasonFor(found) }
  const register = {
    find: ledger.find,
    revoke: ((certificate, wanted, audit = []) =>
      ledger.revoke(wish, result, certificate, wanted, audit)) satisfies Parameters<typeof revoke>[2]['revoke'],
  }
  const outcome = await revoke({ uuid }, revocation, register, auditFor(revocation))
  if (outcome.status === 'unknown' || outcome.status === 'ambiguous')
    throw new TypeError('a certificate was there twice')
  if (outcome.status === 'already') await ledger.decide(wish, result, uuid, now())
  return { status: outcome.status, certificate: outcome.certificate, result }
}

const DONE: WishResult = { code: REVOCATION_CODE.none, message: '' }

/** What his side of the console shows: nothing of ours but a sentence. */
const NOT_OURS_TO_PUBLISH: WishResult = {
  code: REVOCATION_CODE.notSupported,
  message: 'Recorded as revoked; its CA is run by others and has to revoke it, too.',
}
const OUR_FAULT: WishResult = {
  code: REVOCATION_CODE.retryable,
  message: 'An unexpected error; see the log of the CA.',
}
const DOWN: WishResult = { code: REVOCATION_CODE.unavailable, message: 'The CA cannot revoke at the moment.' }

const REFUSALS: Readonly<Record<Extract<Wished['status'], 'unknown' | 'unreadable' | 'missing'>, WishResult>> = {
  unknown: {
    code: REVOCATION_CODE.certificateNotFound,
    message: 'This CA issued no certificate with this serial number on request of this tenant.',
  },
  unreadable: { code: REVOCATION_CODE.unreadable, message: 'The serial number is neither hexadecimal nor decimal.' },
  missing: { code: REVOCATION_CODE.invalid, message: 'The serial number is empty.' },
}

const LEFT_ALONE = {
  foreign: 'it is about no certificate and no issuer of ours',
  ambiguous: 'its serial number stands for certificates of several issuers, and it names none',
} as const
