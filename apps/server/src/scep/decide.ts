import { type Enrolment, enrol } from '@chancery/ra'
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
  if (isEnrolment(request)) return decisionOf(await enrol(request, served.endpoint, store, now), served)
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
