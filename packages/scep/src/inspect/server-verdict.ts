import { identifies } from '@chancery/pki'
import { COMPATIBILITY } from '../compatibility/profile.ts'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import { FAIL_INFO } from '../fail-info.ts'
import type { RaKey } from '../ra-key.ts'
import { REASONS } from '../reason.ts'
import { openRequest } from '../request/open-request.ts'
import type { PasswordSource } from '../request/password-source.ts'
import type { ScepRequest } from '../request/scep-request.ts'
import { ScepError } from '../scep-error.ts'
import type { Secret } from '../secret.ts'
import { transported } from './check/envelope.ts'
import type { Facts } from './facts.ts'
import type { Verdict } from './inspection.ts'
import { KeyNeeded, MissingKey, raOf } from './key-needed.ts'

/**
 * What a server with this compatibility profile does with a request: the server's own `openRequest` is run on it. Without
 * the key it runs until the key is needed, which is where everything in the clear has been judged.
 */
export async function serverVerdicts(facts: Facts): Promise<Verdict[]> {
  const profiles = facts.options.profiles ?? Object.keys(COMPATIBILITY)
  return Promise.all(profiles.map((profile) => verdictOf(facts, profile)))
}

async function verdictOf(facts: Facts, profile: string): Promise<Verdict> {
  const policy = resolveCompatibility(profile)
  try {
    const { input, options } = facts
    const passwords = passwordSource(options.password)
    const request = await openRequest(input.bytes, [recipientKey(facts)], policy, options.now, passwords)
    return answered(profile, true, accepted(request))
  } catch (error) {
    if (error instanceof KeyNeeded) return answered(profile, false, withoutKey(facts))
    if (error instanceof ScepError) return refused(profile, error)
    throw error
  }
}

/** An endpoint with the challenge that was given; without one it is not known whether the endpoint has it. */
function passwordSource(password: Secret | undefined): PasswordSource {
  return {
    candidates: async () => {
      if (password === undefined) throw new KeyNeeded('a challenge is needed')
      return [password]
    },
    turn: (work) => work(),
  }
}

/** The RA of the request: its key where it was given, its certificate where one fits, and the names it was called by. */
function recipientKey({ options: { key, authorities = [] }, envelope, opening }: Facts): RaKey {
  if (key !== undefined) {
    const own = authorities.find(({ publicKey }) => publicKey.digest().equals(key.publicKey.digest()))
    const opened =
      opening?.status === 'opened' && opening.recipient.kind === 'keyTransport' ? opening.recipient : undefined
    return raOf(key, own, opened?.rid)
  }
  const named = authorities.find(
    (each) => each.publicKey.modulus !== undefined && transported(envelope).some(({ rid }) => identifies(rid, each)),
  )
  return raOf(new MissingKey(named?.publicKey), named)
}

function answered(profile: string, complete: boolean, sentence: string): Verdict {
  return {
    reader: 'server',
    profile,
    outcome: 'would be answered',
    complete,
    reason: undefined,
    failInfo: undefined,
    sentence,
  }
}

function accepted(request: ScepRequest): string {
  const { replyTo, legacy } = request
  const old = legacy.length === 0 ? '' : ` Its old algorithms (${legacy.join(', ')}) are logged and counted.`
  const under = replyTo.password === undefined ? '' : ', under the challenge'
  const reply = `${replyTo.contentEncryption ?? 'no cipher'} and ${replyTo.digest}${under}`
  return `It passes, and a reply would use ${reply}. ${NEXT[request.messageType]}${old}`
}

const NEXT: Readonly<Record<ScepRequest['messageType'], string>> = {
  PKCSReq: 'Challenge, names and key are for the RA profile to judge.',
  RenewalReq: "The signer's certificate, names and key are for the RA profile to judge.",
  CertPoll: 'Whether such a transaction waits, only the server knows.',
  GetCert: 'Whether there is such a certificate, only the server knows.',
  GetCRL: 'Whether there is such a CRL, only the server knows.',
}

function withoutKey({ opening }: Facts): string {
  const how = opening?.status === 'sealed' ? opening.sentence : 'the key is not here'
  return `Signature, algorithms and attributes pass. What is inside could not be judged (${how}).`
}

function refused(profile: string, { reason, failInfo, message, detail }: ScepError): Verdict {
  const { nextStep } = REASONS[reason]
  const answer = failInfo === null ? 'HTTP 400' : `${failInfo} (${FAIL_INFO[failInfo]})`
  const why = detail === undefined || detail === message ? message : `${message}: ${detail}`
  return {
    reader: 'server',
    profile,
    outcome: 'refused',
    complete: true,
    reason,
    failInfo: failInfo ?? undefined,
    sentence: `${answer}, ${reason}: ${why}. ${nextStep}`,
  }
}
