import { getIntuneStatus, type IntuneStatus, type IntuneTest, testIntune } from '@chancery/api'
import type { ConnectionTest, IntuneSettings } from '@chancery/connectors'
import type { ScepProfile } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import type { ServerContext } from '../../context.ts'
import { credentialEnd } from '../../intune/credential.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { scepProfileInReach } from '../scep-profile/find.ts'
import { type Served, serve } from '../serve.ts'
import { intuneWarnings } from './warnings.ts'

export function intuneRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served

  serve(scope, served, testIntune, {
    async handle(ask) {
      const { configuration } = await context.snapshots.current()
      const profile = scepProfileInReach(ask, configuration, ask.params.uuid)
      const settings = settingsOf(profile)
      const started = performance.now()
      const trial = await context.intune.test(settings)
      const milliseconds = Math.round(performance.now() - started)
      const { uuid, name } = profile
      const failed = trial.steps.filter(({ verdict }) => verdict === 'failed').map(({ step }) => step)
      const { tenant, applicationId } = settings.rule
      const object = { kind: 'scepProfile', uuid, name }
      const deed = { action: 'scepProfile.testIntune', object, detail: { tenant, applicationId, failed } }
      await context.store.audit.record([adminEvent(ask.caller, context.now(), deed)])
      return trialToWire(trial, failed.length === 0, milliseconds)
    },
  })

  serve(scope, served, getIntuneStatus, {
    async handle(ask) {
      const { configuration } = await context.snapshots.current()
      return statusOf(scepProfileInReach(ask, configuration, ask.params.uuid), context)
    },
  })
}

/** @throws {AdminRefusal} 422 */
function settingsOf({ name, challengeKind, intune: rule, intuneKey: key }: ScepProfile): IntuneSettings {
  if (challengeKind !== 'intune' || rule === null) {
    throw new AdminRefusal(422, [`SCEP profile "${name}" has Intune off: its challengeKind is ${challengeKind}.`])
  }
  return { rule, key }
}

async function statusOf(profile: ScepProfile, context: ServerContext): Promise<IntuneStatus> {
  const { rule } = settingsOf(profile)
  const { voucherContacts } = context.store
  const voucher = context.intune.voucherOf(rule)
  const contacts = voucher === undefined ? [] : await voucherContacts.of(voucher)
  const counts = voucher === undefined ? undefined : await voucherContacts.unacknowledged(voucher)
  return {
    contacts: contacts.map(({ call, at, outcome, detail }) => ({ call, at: at.toISOString(), outcome, detail })),
    held: counts?.held ?? 0,
    unreported: counts?.unreported ?? 0,
    secretExpiresAt: credentialEnd(rule)?.toISOString() ?? null,
    warnings: intuneWarnings(profile, { baseUrl: context.baseUrl(), now: context.now() }),
  }
}

function trialToWire({ steps, roles }: ConnectionTest, ok: boolean, milliseconds: number): IntuneTest {
  return {
    ok,
    steps: steps.map(({ step, verdict, sentence }) => ({ step, verdict, sentence })),
    roles: { graph: [...roles.graph], intune: [...roles.intune] },
    milliseconds,
  }
}
