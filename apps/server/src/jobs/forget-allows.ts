import type { Job } from './job.ts'

/** What a webhook allowed and no device came back for is removed once it is too old to be used. */
export const forgetAllows: Job = {
  name: 'forgetAllows',
  everySeconds: 60,
  isDue: ({ store, now }) => store.allows.isDue(now()),
  run: ({ store, now }, lease) => store.allows.forget(now(), lease),
}
