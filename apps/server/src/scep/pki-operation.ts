import { randomBytes } from 'node:crypto'
import { ConfigurationChanged, Unavailable } from '@chancery/ra'
import { openRequest, ScepError, type ScepRequest, sealReply } from '@chancery/scep'
import type { ServedEndpoint, ServerContext } from '../context.ts'
import type { Answer } from './answer.ts'
import { decide } from './decide.ts'
import { endpointOr } from './endpoint.ts'
import type { FindEndpoint } from './find-endpoint.ts'
import { refusal } from './refusal.ts'
import { endpointReport, messageReport } from './report.ts'

/** How often a request is decided anew because the configuration changed under it. */
const ATTEMPTS = 3
const NONCE_OCTETS = 16

/**
 * One message from bytes to bytes: open, decide, seal.
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
      return await answerAt(served, bytes, context, id)
    } catch (error) {
      if (!(error instanceof ConfigurationChanged)) throw error
    }
  }
  throw new Unavailable('the configuration changed again and again')
}

async function answerAt(served: ServedEndpoint, bytes: Buffer, context: ServerContext, id: string): Promise<Answer> {
  const now = context.now()
  let request: ScepRequest | undefined
  try {
    request = await openRequest(bytes, served.keys, served.policy, now)
    const { replyTo } = request
    const { reply, outcome, transaction } = await decide(request, served, context, now)
    const sealing = {
      ra: replyTo.ra ?? served.current,
      policy: served.policy,
      now,
      nonce: randomBytes(NONCE_OCTETS),
    }
    const body = await sealReply(reply, replyTo, sealing)
    return {
      status: 200,
      type: 'application/x-pki-message',
      body,
      report: {
        operation: 'PKIOperation',
        outcome,
        ...endpointReport(served),
        ...messageReport(replyTo, request),
        ...(transaction === undefined ? {} : { transaction }),
      },
    }
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
    return refusal(error, { request, served, now, id })
  }
}
