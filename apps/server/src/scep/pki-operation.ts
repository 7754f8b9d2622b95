import { randomBytes } from 'node:crypto'
import { ConfigurationChanged, Unavailable } from '@chancery/ra'
import { decodeGetMessage, openRequest, ScepError, type ScepRequest, sealReply } from '@chancery/scep'
import type { ServedEndpoint, ServerContext } from '../context.ts'
import { printable } from '../log/printable.ts'
import { type Answer, line } from './answer.ts'
import type { ScepHttpRequest, ScepLimits } from './answer-request.ts'
import { comeLater } from './come-later.ts'
import { decide } from './decide.ts'
import { endpointOr } from './endpoint.ts'
import { rawQueryOf } from './operation.ts'
import { overloaded } from './overloaded.ts'
import { passwordsOf } from './passwords.ts'
import { refusal } from './refusal.ts'
import { endpointReport, messageReport } from './report.ts'
import { servedTo } from './served-to.ts'

/** How often a request is decided anew because the configuration changed under it. */
const ATTEMPTS = 3
const NONCE_OCTETS = 16

/**
 * One message from bytes to bytes: open, decide, seal.
 * @throws {ScepError} the message is no base64
 * @throws whatever is our own fault
 */
export async function answerPkiOperation(
  request: ScepHttpRequest,
  context: ServerContext,
  limits: ScepLimits,
): Promise<Answer> {
  const { method, find, peer, source } = request
  const { requests, profiles } = limits
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { snapshots, now } = context
    const snapshot = attempt === 0 ? await snapshots.current() : await snapshots.refresh()
    const served = endpointOr(find(snapshot), 'PKIOperation', now(), peer)
    if ('status' in served) return served
    if (method === 'GET' && !served.getPkiOperation) return byPostOnly(served)
    const asker = { endpoint: served.endpoint.address, source }
    // Before the message is looked at: what is in it must not show in whether its sender has to wait.
    const wait = requests.waitAfterRefusals(asker, now())
    if (wait > 0) return comeLater(wait, 'too_many_refusals', served)
    const { scepProfile } = served.endpoint
    const waitForRate = attempt === 0 ? profiles.wait(scepProfile, source, now()) : 0
    if (waitForRate > 0) return comeLater(waitForRate, 'too_many_requests', served)
    if (!profiles.enter(scepProfile)) return overloaded(endpointReport(served))
    try {
      return await answerAt(served, request, context, limits)
    } catch (error) {
      if (!(error instanceof ConfigurationChanged)) throw error
    } finally {
      profiles.leave(scepProfile)
    }
  }
  throw new Unavailable('the configuration changed again and again')
}

function messageOf({ method, url, body }: Pick<ScepHttpRequest, 'method' | 'url' | 'body'>): Buffer {
  return method === 'POST' ? body : decodeGetMessage(rawQueryOf(url))
}

/** S-4.1-04. */
function byPostOnly(served: ServedEndpoint): Answer {
  const report = {
    operation: 'PKIOperation',
    outcome: 'rejected',
    reason: 'get_refused',
    ...endpointReport(served),
  } as const
  return { ...line(405, 'PKIOperation is accepted by POST only.', report), allow: 'POST' }
}

async function answerAt(
  served: ServedEndpoint,
  { challengeId, id, peer, source, course, ...http }: ScepHttpRequest,
  context: ServerContext,
  { derivations, requests }: ScepLimits,
): Promise<Answer> {
  const bytes = messageOf(http)
  const now = context.now()
  const trace = course.begin(served, bytes, now)
  const { challenges } = context.store
  const { address, scepProfile: profile } = served.endpoint
  let sealed = false
  const asked = () => {
    sealed = true
  }
  const passwords = passwordsOf({ profile, challengeId, challenges, derivations, now, asked })
  let request: ScepRequest | undefined
  try {
    request = await openRequest(bytes, served.keys, served.policy, now, passwords)
    const service = servedTo(served, request.replyTo.ra)
    course.opened(request, service)
    const wait = requests.waitAfterPolls(address, request, now)
    if (wait > 0) return comeLater(wait, 'polls_too_often', served, messageReport(request.replyTo, request))
    if (request.messageType === 'CertPoll') requests.polled(address, request, now)
    const origin = { peer, source, correlationId: id }
    const { reply, outcome, transaction, certificate, detail, password } = await decide(
      request,
      service,
      context,
      now,
      origin,
      trace,
    )
    course.decided(certificate)
    // A request that is sent again and again until it is decided is a poll too (micromdm, certmonger).
    if (outcome === 'pending' && request.messageType !== 'CertPoll') requests.polled(address, request, now)
    const replyTo = { ...request.replyTo, ...(password === undefined ? {} : { password }) }
    const sealing = {
      ra: replyTo.ra ?? served.current,
      policy: served.policy,
      now,
      nonce: randomBytes(NONCE_OCTETS),
    }
    const seal = () => sealReply(reply, replyTo, sealing)
    const body = await (replyTo.password === undefined ? seal() : derivations.turn(seal))
    course.sealed()
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
        ...(detail === undefined ? {} : { detail: printable(detail) }),
      },
    }
  } catch (error) {
    course.stopped(error)
    if (!(error instanceof ScepError)) throw error
    requests.refused({ endpoint: address, source }, error.reason, now, sealed)
    return refusal(error, { request, served, now, id })
  }
}
