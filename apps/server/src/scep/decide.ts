import { type Enrolment, enrol, getCertificate, getCrl, type Origin, poll, type Trace } from '@chancery/ra'
import { type CertRep, isEnrolment, ScepError, type ScepRequest, type Secret } from '@chancery/scep'
import type { ServedEndpoint, ServerContext } from '../context.ts'
import type { Outcome } from './answer.ts'

/** What a request gets, before it is sealed; refusals are thrown as ScepError. */
export interface Decision {
  readonly reply: CertRep
  readonly outcome: Outcome
  /** UUID of the transaction that it belongs to. */
  readonly transaction?: string
  /** UUID of the certificate that is delivered to a device as its own. */
  readonly certificate?: string
  /** Why it waits, where no person is waited for. */
  readonly detail?: string
  /** Of a signer whose key cannot encrypt, where the request itself does not show it. */
  readonly password?: Secret
}

/**
 * One opened request to the rules that decide about its type.
 */
export async function decide(
  request: ScepRequest,
  served: ServedEndpoint,
  { store }: ServerContext,
  now: Date,
  origin: Origin,
  trace: Trace,
): Promise<Decision> {
  const { endpoint, policy } = served
  if (isEnrolment(request)) {
    return decisionOf(await enrol(request, endpoint, store, now, origin, trace), served, 'issued')
  }
  if (request.messageType === 'CertPoll') {
    return decisionOf(await poll(request, endpoint, store, now, origin, trace), served, 'polled')
  }
  await noteSigner(request, store, trace)
  if (request.messageType === 'GetCert') {
    const certificate = await getCertificate(request, endpoint, store, policy.getCert)
    return { reply: { status: 'SUCCESS', certificates: [certificate] }, outcome: 'served' }
  }
  if (request.messageType === 'GetCRL') {
    return {
      reply: { status: 'SUCCESS', crl: await getCrl(request, endpoint, store, policy.getCrl) },
      outcome: 'served',
    }
  }
  throw new ScepError('unsupported_message_type', { detail: `${request.messageType} is not served` })
}

/** The rules about questions do not say whether a certificate of ours asks; the record does. */
async function noteSigner({ signer }: ScepRequest, { inventory }: ServerContext['store'], trace: Trace): Promise<void> {
  if (signer.selfSigned) return
  const found = await inventory.findByDigest(signer.certificate.digest())
  if (found?.state === 'issued') trace.signedBy(found.uuid)
}

function decisionOf(enrolment: Enrolment, served: ServedEndpoint, outcome: 'issued' | 'polled'): Decision {
  const { transaction } = enrolment
  if (enrolment.status === 'pending') {
    const { detail } = enrolment
    return {
      reply: { status: 'PENDING' },
      outcome: 'pending',
      transaction,
      ...(detail === undefined ? {} : { detail }),
    }
  }
  const { certificate, certificateUuid, repeated, password } = enrolment
  return {
    reply: { status: 'SUCCESS', certificates: [certificate, ...served.certificatesAbove] },
    outcome: outcome === 'issued' && repeated ? 'repeated' : outcome,
    transaction,
    certificate: certificateUuid,
    ...(password === undefined ? {} : { password }),
  }
}
