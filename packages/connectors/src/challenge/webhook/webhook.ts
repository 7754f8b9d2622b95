import type {
  ChallengeQuestion,
  ChallengeValidator,
  ChallengeVerdict,
  RememberedAllows,
  WebhookRule,
} from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import type { PostWebhook } from '../../webhook-post.ts'
import type { WebhookSettings } from '../../webhook-signed.ts'
import type { Answered } from './answer.ts'
import { askWebhook } from './ask.ts'
import type { WebhookCalls } from './calls.ts'
import { keyOfQuestion, WIRE_KIND } from './question.ts'

export interface WebhookOptions {
  readonly rule: WebhookRule | null
  readonly key: Secret | undefined
  readonly post: PostWebhook
  readonly allows: RememberedAllows
  /** Of the process. */
  readonly calls: WebhookCalls<ChallengeVerdict>
}

/** How long a yes waits for its transaction (design, rule 19). */
const REMEMBERED_MILLISECONDS = 10 * 60_000

/**
 * Somebody else's program judges the challenge, and whatever else it wants to of the request. Only its signed yes lets a
 * device in; a profile without webhook or key refuses everybody. A yes is recorded before it counts, and used up with the
 * transaction: after a crash in between nobody is asked twice, and one yes never makes two certificates.
 */
export function webhookChallenge({ rule, key, post, allows, calls }: WebhookOptions): ChallengeValidator {
  return {
    async validate(question) {
      if (rule === null || key === undefined || key.reveal() === '') return refused('the profile has no webhook')
      if (question.challenge.reveal() === '') return refused('the challenge is empty')
      const allow = keyOfQuestion(question, rule, key)
      if (await allows.has(allow, question.now)) return { verdict: 'accepted', use: { allow } }
      const settings = { rule, key, post }
      const asked = calls.ask(question.scepProfileId, allow.toString('hex'), () =>
        decide(settings, question, allow, allows),
      )
      return asked ?? { verdict: 'undecided', detail: 'too many questions to the webhook are open' }
    },
  }
}

async function decide(
  settings: WebhookSettings,
  question: ChallengeQuestion,
  allow: Buffer,
  allows: RememberedAllows,
): Promise<ChallengeVerdict> {
  const answered = await askWebhook(settings, question, WIRE_KIND[question.kind])
  switch (answered.decision) {
    case 'allow':
      await allows.remember(allow, new Date(question.now.getTime() + REMEMBERED_MILLISECONDS))
      return { verdict: 'accepted', use: { allow } }
    case 'deny':
      return refused(because('the webhook refused it', answered))
    case 'pending': {
      const { retryAfterSeconds } = answered
      const detail = because('the webhook has not decided yet', answered)
      return { verdict: 'undecided', detail, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
    }
    case 'none':
      return { verdict: 'undecided', detail: `the webhook gave no answer: ${answered.fault}` }
  }
}

function because(what: string, { reason }: Extract<Answered, { reason: unknown }>): string {
  return reason === undefined || reason === '' ? what : `${what}: ${reason}`
}

function refused(detail: string): ChallengeVerdict {
  return { verdict: 'refused', detail }
}
