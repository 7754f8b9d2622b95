import { testWebhook, type WebhookTest } from '@chancery/api'
import { type Answered, askWebhook, type PostWebhook } from '@chancery/connectors'
import type { ScepProfile } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import { postWebhook } from '../../webhook/post.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { scepProfileInReach } from '../scep-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { sampleQuestion } from './sample-question.ts'

export function webhookRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const post = postWebhook()

  serve(scope, served, testWebhook, {
    async handle(ask) {
      const { configuration } = await context.snapshots.current()
      const profile = scepProfileInReach(ask, configuration, ask.params.uuid)
      const started = performance.now()
      const answered = await askSample(profile, post, context.now())
      const milliseconds = Math.round(performance.now() - started)
      const { uuid, name } = profile
      const object = { kind: 'scepProfile', uuid, name }
      const detail = { webhook: profile.webhook?.url, decision: answered.decision }
      const deed = { action: 'scepProfile.testWebhook', object, detail }
      await context.store.audit.record([adminEvent(ask.caller, context.now(), deed)])
      return toWire(answered, milliseconds)
    },
  })
}

/** @throws {AdminRefusal} 422 */
async function askSample(profile: ScepProfile, post: PostWebhook, now: Date): Promise<Answered> {
  const { challengeKind, webhook: rule, webhookKey: key } = profile
  if (challengeKind !== 'webhook' || rule === null || key === undefined) {
    throw new AdminRefusal(422, [
      `SCEP profile "${profile.name}" has no webhook: its challengeKind is ${challengeKind}.`,
    ])
  }
  return askWebhook({ rule, key, post }, await sampleQuestion(profile, now), 'test')
}

function toWire(answered: Answered, milliseconds: number): WebhookTest {
  if (answered.decision === 'none') {
    return { decision: 'none', reason: null, retryAfterSeconds: null, fault: answered.fault, milliseconds }
  }
  const { decision, reason = null, retryAfterSeconds = null } = answered
  return { decision, reason, retryAfterSeconds, fault: null, milliseconds }
}
