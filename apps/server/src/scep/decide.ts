import { type Enrolment, enrol, getCertificate, getCrl } from '@chancery/ra'
import { type CertRep, isEnrolment, ScepError, type ScepRequest, type Secret } from '@chancery/scep'
import type { ServedEndpoint, ServerContext } from '../context.ts'
import type { Outcome } from './answer.ts'

/** What a request gets, before it is sealed; refusals are thrown as ScepError. */
export interface Decision {
  readonly reply: CertRep
  readonly outcome: Outcome
  /** UUID of the transaction that it belongs to. */
  readonly transaction?: string
  /** Of a signer whose key cannot encrypt, where the request itself does not show it. */
  readonly password?: Secret
}

/** One opened request to the rules that decide about its type. */
export async function decide(
  request: ScepRequest,
  served: ServedEndpoint,
  { store }: ServerContext,
  now: Date,
): Promise<Decision> {
  const { endpoint, policy } = served
  if (isEnrolment(request)) return decisionOf(await enrol(request, endpoint, store, now), served)
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

function decisionOf(enrolment: Enrolment, served: ServedEndpoint): Decision {
  const { transaction } = enrolment
  if (enrolment.status === 'pending') return { reply: { status: 'PENDING' }, outcome: 'pending', transaction }
  return {
    reply: { status: 'SUCCESS', certificates: [enrolment.certificate, ...served.certificatesAbove] },
    outcome: enrolment.repeated ? 'repeated' : 'issued',
    transaction,
  }
}
