import { applySetup, getSetup, planSetup, type SetupDocument, type SetupPlan } from '@chancery/api'
import { applyEdits, type Configuration, type ConfigurationEdit } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { draftSetup } from '../../setup/draft-setup.ts'
import { exportSetup } from '../../setup/export.ts'
import { unmanaged } from '../../setup/prune.ts'
import { stepsOf } from '../../setup/steps.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { changeConfiguration } from '../change-configuration.ts'
import { consequencesOf } from '../consequences.ts'
import { type Served, serve } from '../serve.ts'

export function setupRoutes(scope: FastifyInstance, served: Served): void {
  const { context } = served
  const draft = (before: Configuration, document: SetupDocument, prune: boolean, isDryRun: boolean) =>
    draftSetup(
      before,
      document,
      { publicUrl: context.config.publicUrl, now: context.now(), isDryRun },
      prune ? (authorityId) => context.store.inventory.hasIssued(authorityId) : undefined,
    )

  serve(scope, served, getSetup, {
    async handle() {
      return exportSetup(await context.snapshots.current(), context.now())
    },
  })

  serve(scope, served, planSetup, {
    async handle({ body: { document, prune = false } }) {
      const { configuration } = await context.snapshots.current()
      const edits = await draft(configuration, document, prune, true)
      return planOf(configuration, edits, document, prune, context.now())
    },
  })

  serve(scope, served, applySetup, {
    async handle({ body: { document, prune = false, version }, caller }) {
      let plan: SetupPlan | undefined
      const after = await changeConfiguration(context, caller, async (before) => {
        if (version !== undefined && version !== before.version) {
          throw new AdminRefusal(409, ['The configuration has changed since the plan was made. Look at it again.'])
        }
        const edits = await draft(before, document, prune, false)
        plan = planOf(before, edits, document, prune, context.now())
        return { edits, log: { what: 'set-up applied', steps: plan.steps } }
      })
      return { ...(plan as SetupPlan), version: after.version }
    },
  })
}

function planOf(
  before: Configuration,
  edits: readonly ConfigurationEdit[],
  document: SetupDocument,
  prune: boolean,
  now: Date,
): SetupPlan {
  const after = applyEdits(before, edits, now)
  return {
    version: before.version,
    steps: stepsOf(before, after, edits),
    consequences: consequencesOf(before, after, now),
    unmanaged: prune ? [] : unmanaged(before, document),
  }
}
