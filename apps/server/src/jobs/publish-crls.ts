import { makeInThread } from './crl/in-thread.ts'
import { planCrls } from './crl/plan.ts'
import { publishPlanned } from './crl/publish.ts'
import { counted, type Job } from './job.ts'

/**
 * Each generation, retired ones too, has CRLs until its CA certificate ends; none of its certificates lives longer. New ones
 * are made within seconds of a change, one for all that came together, and otherwise before half of their life is over.
 */
export const publishCrls: Job = {
  name: 'publishCrls',
  title: 'Publish CRLs',
  does: 'Signs a new CRL for each CA within seconds of a revocation, and otherwise before half of its life is over.',
  whenOff:
    'Revocations reach nobody who reads CRLs, and once the newest CRL has ended many clients accept no certificate at all.',
  everySeconds: 2,
  async isDue({ store, now, publicUrl }) {
    return (await store.crls.states()).some((state) => planCrls(state, publicUrl, now()) !== undefined)
  },
  async run(context, lease, stopping) {
    const { store, publicUrl, now } = context
    const { issuers } = await store.configuration.load()
    let published = 0
    for (const state of await store.crls.states()) {
      const plan = planCrls(state, publicUrl, now())
      const record = issuers.find(({ id }) => id === state.issuerId)
      if (plan === undefined || record === undefined || stopping.aborted) continue
      published += await publishPlanned({ state, plan, record }, context, makeInThread, lease)
    }
    return published === 0 ? undefined : `${counted(published, 'CRL')} published`
  },
}
