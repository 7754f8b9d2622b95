import type { Job } from './job.ts'

/** What a webhook allowed and no device came back for is removed once it is too old to be used. */
export const forgetAllows: Job = {
  name: 'forgetAllows',
  title: 'Forget allows',
  does: 'Removes what a webhook allowed and no device came back for.',
  everySeconds: 60,
  isDue: ({ store, now }) => store.allows.isDue(now()),
  async run({ store, now }, lease) {
    await store.allows.forget(now(), lease)
    return undefined
  },
}
