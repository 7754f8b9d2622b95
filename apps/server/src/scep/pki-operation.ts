import { randomBytes } from 'node:crypto'
import { ConfigurationChanged, Unavailable } from '@chancery/ra'
import { openRequest, ScepError, type ScepRequest, sealReply } from '@chancery/scep'
import type { ServedEndpoint, ServerContext } from '../context.ts'
import type { Answer } from './answer.ts'
import { decide } from './decide.ts'
import type { Derivations } from './derivations.ts'
import { endpointOr } from './endpoint.ts'
import type { FindEndpoint } from './find-endpoint.ts'
import { passwordsOf } from './passwords.ts'
import { refusal } from './refusal.ts'
import { endpointReport, messageReport } from './report.ts'
import { servedTo } from './served-to.ts'

/** How often a request is decided anew because the configuration changed under it. */
const ATTEMPTS = 3
const NONCE_OCTETS = 16

/** A message as it arrived, and where. */
export interface Arrival {
  readonly bytes: Buffer
  readonly find: FindEndpoint
  /** UUID of the challenge that the address names. */
  readonly challengeId: string | undefined
  /** Correlates what the device is told with the log. */
  readonly id: string
}

/**
 * One message from bytes to bytes: open, decide, seal.
 * @throws whatever is our own fault
 */
export async function answerPkiOperation(
  arrival: Arrival,
  context: ServerContext,
  derivations: Derivations,
): Promise<Answer> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { snapshots, now } = context
    const snapshot = attempt === 0 ? await snapshots.current() : await snapshots.refresh()
    const served = endpointOr(arrival.find(snapshot), 'PKIOperation', now())
    if ('status' in served) return served
    try {
      return await answerAt(served, arrival, context, derivations)
    } catch (error) {
      if (!(error instanceof ConfigurationChanged)) throw error
    }
  }
  throw new Unavailable('the configuration changed again and again')
}

async function answerAt(
  served: ServedEndpoint,
  { bytes, challengeId, id }: Arrival,
  context: ServerContext,
  derivations: Derivations,
): Promise<Answer> {
  const now = context.now()
  const { challenges } = context.store
  const profile = served.endpoint.scepProfile
  const passwords = passwordsOf({ profile, challengeId, challenges, derivations, now })
  let request: ScepRequest | undefined
  try {
    request = await openRequest(bytes, served.keys, served.policy, now, passwords)
    const { reply, outcome, transaction, password } = await decide(
      request,
      servedTo(served, request.replyTo.ra),
      context,
      now,
    )
    const replyTo = { ...request.replyTo, ...(password === undefined ? {} : { password }) }
    const sealing = {
      ra: replyTo.ra ?? served.current,
      policy: served.policy,
      now,
      nonce: randomBytes(NONCE_OCTETS),
    }
    const seal = () => sealReply(reply, replyTo, sealing)
    const body = await (replyTo.password === undefined ? seal() : derivations.turn(seal))
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
