import { type EnrolmentMessage, ScepError } from '@chancery/scep'
import type { Endpoint } from './endpoint.ts'
import type { Signer } from './signer.ts'
import { isVouchedFor } from './vouched/kind.ts'

/**
 * Whom a message counts as signed by, under the renewal rule of the profile. It comes before the transaction is looked
 * up, because it decides which transaction that is.
 * @throws {ScepError} `renewal_refused` for a RenewalReq that can renew nothing, whatever else is in it (S-2.3-11)
 */
export function underRenewalRule(
  signer: Signer,
  message: Pick<EnrolmentMessage, 'messageType' | 'csr'>,
  endpoint: Endpoint,
): Signer {
  const { scepProfile } = endpoint
  if (isVouchedFor(endpoint)) return asAnybody(signer, message, scepProfile.name)
  const { enabled } = scepProfile.renewal
  if (message.messageType === 'RenewalReq') {
    if (signer.renews === undefined) throw refusal('the signer is self-signed, so there is nothing to renew')
    if (!enabled) throw refusal(`renewal is switched off in SCEP profile "${scepProfile.name}"`)
  }
  return enabled || signer.renews === undefined ? signer : asSelfSigned(signer.renews.certificate.publicKey, message)
}

/**
 * As anybody's own certificate, one of ours then proves a key and no name (S-2.5-06). So it must be the key of the
 * request, as with a self-signed one: whoever has some certificate of ours could otherwise sign captured envelopes anew,
 * use up their challenges and get the replies (S-2.3-07). Hence also the reason that tells nothing (design, rule 13).
 */
function asSelfSigned(key: EnrolmentMessage['csr']['publicKey'], { csr }: Pick<EnrolmentMessage, 'csr'>): Signer {
  const digest = key.digest()
  if (!digest.equals(csr.publicKey.digest())) {
    throw new ScepError('bad_envelope', {
      detail: 'renewal is switched off, and the key of the signer is not the key of the certification request',
    })
  }
  return { kind: 'initial', digest, renews: undefined }
}

/**
 * Where somebody vouches for each request, a certificate of ours vouches for none: it counts as the key of whoever sends it,
 * which need not be the one that is to be certified.
 */
function asAnybody(
  signer: Signer,
  { messageType }: Pick<EnrolmentMessage, 'messageType'>,
  scepProfile: string,
): Signer {
  if (messageType === 'RenewalReq') throw refusal(`SCEP profile "${scepProfile}" has every request vouched for anew`)
  if (signer.renews === undefined) return signer
  return { kind: 'initial', digest: signer.renews.certificate.publicKey.digest(), renews: undefined }
}

function refusal(detail: string): ScepError {
  return new ScepError('renewal_refused', { detail })
}
