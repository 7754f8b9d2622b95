import { randomBytes } from 'node:crypto'
import { ConfigurationChanged, enrol, Unavailable } from '@chancery/ra'
import { type CertRep, openRequest, ScepError, type ScepRequest, sealReply } from '@chancery/scep'
import type { ServedEndpoint, ServerContext } from '../context.ts'
import type { Answer } from './answer.ts'
import { endpointOr } from './endpoint.ts'
import type { FindEndpoint } from './find-endpoint.ts'
import { refusal } from './refusal.ts'
import { endpointReport, messageReport } from './report.ts'

/** How often a request is decided anew because the configuration changed under it. */
const ATTEMPTS = 3
const NONCE_OCTETS = 16

/**
 * One message from bytes to bytes: open, enrol, seal.
 * @param id correlates what the device is told with the log
 * @throws whatever is our own fault
 */
export async function answerPkiOperation(
  bytes: Buffer,
  find: FindEndpoint,
  context: ServerContext,
  id: string,
): Promise<Answer> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { snapshots, now } = context
    const snapshot = attempt === 0 ? await snapshots.current() : await snapshots.refresh()
    const served = endpointOr(find(snapshot), 'PKIOperation', now())
    if ('status' in served) return served
    try {
      return await enrolAt(served, bytes, context, id)
    } catch (error) {
      if (!(error instanceof ConfigurationChanged)) throw error
    }
  }
  throw new Unavailable('the configuration changed again and again')
}

async function enrolAt(served: ServedEndpoint, bytes: Buffer, context: ServerContext, id: string): Promise<Answer> {
  const now = context.now()
  let request: ScepRequest | undefined
  try {
    request = await openRequest(bytes, served.keys, served.policy, now)
    const enrolment = await enrol(request, served.endpoint, context.store, now)
    const { replyTo } = request
    const reply: CertRep =
      enrolment.status === 'issued'
        ? { status: 'SUCCESS', certificates: [enrolment.certificate, ...served.certificatesAbove] }
        : { status: 'PENDING' }
    const sealing = {
      ra: replyTo.ra ?? served.current,
      policy: served.policy,
      now,
      nonce: randomBytes(NONCE_OCTETS),
    }
    const body = await sealReply(reply, replyTo, sealing)
    const outcome = enrolment.status === 'pending' ? 'pending' : enrolment.repeated ? 'repeated' : 'issued'
    return {
      status: 200,
      type: 'application/x-pki-message',
      body,
      report: {
        operation: 'PKIOperation',
        outcome,
        ...endpointReport(served),
        ...messageReport(replyTo, request),
        transaction: enrolment.transaction,
      },
    }
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
    return refusal(error, { request, served, now, id })
  }
}
