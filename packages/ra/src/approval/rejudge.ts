import { parseCertificate, parseCertificationRequest } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import { secondCertificate } from '../checks/second-certificate.ts'
import type { Endpoint } from '../endpoint.ts'
import { readEnrolmentRequest } from '../enrolment-request.ts'
import { checkRules } from '../judge.ts'
import type { CertificateInventory } from '../ports.ts'
import { type PreparedOrder, prepareOrder } from '../prepare-order.ts'
import { underRenewalRule } from '../renewal-switch.ts'
import type { RenewedCertificate } from '../signer.ts'
import { Unavailable } from '../unavailable.ts'
import { isVouchedFor } from '../vouched/kind.ts'
import type { WaitingRequest } from './queue.ts'

/**
 * The rules again, as they are now, over the request as it was recorded; not the challenge, which was accepted then. What
 * hangs on the time is asked of the time of the request: that a person took long is not the fault of the device.
 * @returns what would be signed or ordered
 * @throws {ScepError} with the rule that the request breaks by now
 * @throws {Unavailable} the authority cannot issue
 */
export async function rejudge(
  waiting: WaitingRequest,
  csr: Buffer,
  endpoint: Endpoint,
  inventory: CertificateInventory,
  now: Date,
): Promise<PreparedOrder> {
  if (isVouchedFor(endpoint)) {
    throw new ScepError('enrolment_refused', {
      detail: 'by now the SCEP profile has every request vouched for elsewhere',
    })
  }
  const renews = waiting.kind === 'renewal' ? await renewedBy(waiting, inventory) : undefined
  const message = {
    messageType: waiting.kind === 'renewal' ? ('RenewalReq' as const) : ('PKCSReq' as const),
    transactionId: waiting.transactionId,
    csr: parseCertificationRequest(csr),
    challengePassword: undefined,
  }
  const { kind, signerDigest: digest } = waiting
  const signer = underRenewalRule({ kind, digest, renews }, message, endpoint)
  const request = readEnrolmentRequest(message, endpoint, signer, waiting.since)
  checkRules(request)
  await secondCertificate(request, inventory)
  try {
    return prepareOrder(request, now)
  } catch (cause) {
    if (cause instanceof ScepError) throw cause
    throw new Unavailable('the authority cannot issue', { cause })
  }
}

/** The certificate that signed the request, unless it was revoked while the request waited (S-7-18). */
async function renewedBy(
  { signerDigest }: WaitingRequest,
  inventory: CertificateInventory,
): Promise<RenewedCertificate> {
  const entry = await inventory.findByDigest(signerDigest)
  if (entry === undefined || entry.state === 'revoked') {
    throw new ScepError('signer_refused', { detail: 'the certificate that is to be renewed was revoked' })
  }
  return { certificate: parseCertificate(entry.der), entry }
}
