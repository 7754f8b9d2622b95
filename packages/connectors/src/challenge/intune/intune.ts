import type { ChallengeQuestion, ChallengeValidator, ChallengeVerdict, IntuneRule } from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import type { IntuneConnections } from './connections.ts'
import type { IntuneSettings } from './identity.ts'
import { IntuneError } from './intune-error.ts'
import { explainCode, SUCCESS } from './result-code.ts'
import { validateRequest } from './validate.ts'
import { intuneVoucher } from './voucher.ts'

export interface IntuneChallengeOptions {
  readonly rule: IntuneRule | null
  readonly key: Secret | undefined
  /** Of the process. */
  readonly connections: IntuneConnections
}

/**
 * Intune judges the request as a whole: it made the challenge, and knows what the device may ask for. Only its `Success`
 * lets a device in. A profile whose settings cannot be used refuses everybody.
 */
export function intuneChallenge({ rule, key, connections }: IntuneChallengeOptions): ChallengeValidator {
  if (rule === null) return { validate: () => refused('the profile has no Intune settings') }
  const settings = { rule, key }
  try {
    const voucher = intuneVoucher(settings, connections)
    return { voucher, validate: (question) => judge(question, settings, voucher.key, connections) }
  } catch (error) {
    if (!(error instanceof IntuneError)) throw error
    return { validate: () => refused(error.message) }
  }
}

async function judge(
  question: ChallengeQuestion,
  settings: IntuneSettings,
  voucher: string,
  connections: IntuneConnections,
): Promise<ChallengeVerdict> {
  const { challenge, csr } = question
  if (challenge.reveal() === '') return refused('the challenge is empty')
  try {
    const code = await validateRequest(connections.to(settings), question)
    if (code === SUCCESS) {
      const use = { vouched: { voucher, csr: csr.der, challenge } }
      return { verdict: 'accepted', use, detail: `Intune vouches for it: ${code}` }
    }
    return refused(`Intune refused it: ${explainCode(code)}`)
  } catch (error) {
    if (!(error instanceof IntuneError)) throw error
    if (error.code === 'ERR_INTUNE_SETTINGS') return refused(error.message)
    return unasked(error, settings.rule)
  }
}

/** Nobody has said anything of the request: it is not refused, unless the profile would rather have it so. */
function unasked({ message, retryAfterSeconds }: IntuneError, { whenUnreachable }: IntuneRule): ChallengeVerdict {
  const detail = `Intune could not be asked: ${message}`
  if (whenUnreachable === 'failure') return refused(detail)
  return { verdict: 'undecided', detail, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
}

function refused(detail: string): ChallengeVerdict {
  return { verdict: 'refused', detail }
}
