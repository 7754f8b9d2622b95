import { createHash } from 'node:crypto'
import { type OcspSigner, signOcspAnswer } from '@chancery/ca'
import type { NewCertStatus } from '@chancery/pki'
import type { OcspStanding } from '@chancery/store'
import type { MemoEntry } from './memo.ts'
import type { OurCertId } from './question.ts'

/** A certificate that is asked about, and what the store has of it at this moment. */
export interface Asked {
  readonly certId: OurCertId
  readonly standing: OcspStanding
}

/**
 * Signs what the store said at `now`, to be used for so long, and no longer than the signer's certificate.
 * @returns undefined when that ends too soon to answer anything
 */
export async function signAnswer(
  signer: OcspSigner,
  asked: readonly [Asked, ...Asked[]],
  { now, validity, nonce }: { readonly now: number; readonly validity: number; readonly nonce?: Buffer | undefined },
): Promise<MemoEntry | undefined> {
  const thisUpdate = wholeSecond(now)
  const nextUpdate = Math.min(thisUpdate + wholeSecond(validity), signer.certificate.notAfter.getTime())
  if (nextUpdate <= now) return undefined
  const times = { thisUpdate: new Date(thisUpdate), nextUpdate: new Date(nextUpdate) }
  const body = await signOcspAnswer({
    signer,
    producedAt: times.thisUpdate,
    responses: asked.map(({ certId, standing }) => ({ certId, ...statusOf(standing), ...times })),
    nonce,
  })
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`
  const http = {
    etag,
    'last-modified': times.thisUpdate.toUTCString(),
    expires: times.nextUpdate.toUTCString(),
  }
  return { standing: asked[0].standing, body, thisUpdate, nextUpdate, http }
}

/** The reason of a hold is certificateHold, as in a CRL. */
function statusOf({ state, revokedAt, reason }: OcspStanding): NewCertStatus {
  if (state === 'issued') return { status: 'good' }
  return { status: 'revoked', at: new Date(Math.floor((revokedAt ?? 0) / 1000)), reason: reason ?? 0 }
}

function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}
