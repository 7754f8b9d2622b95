import { setTimeout } from 'node:timers/promises'
import { describeCertificate } from '../admin/certificate/describe.ts'
import { counted, type Job } from './job.ts'

/** Between two commits, so that devices that wait for the same database come first. */
const SHORTEST_PAUSE_MILLISECONDS = 5
/** So many times as long as the work before it: it never takes more than a third of a processor from those who enrol. */
const PAUSE_TO_WORK = 2

/**
 * Writes down by which words and properties new certificates are found. Never done while a device waits for its
 * certificate; until it is done, a search looks at the certificates themselves.
 */
export const indexCertificates: Job = {
  name: 'indexCertificates',
  title: 'Index certificates',
  does: 'Writes down by which words and properties new certificates are found.',
  whenOff: 'Searching and filtering certificates becomes slower with every certificate that is issued.',
  everySeconds: 3,
  isDue: ({ store }) => store.certificates.isDue(),
  async run({ store }, lease, stopping) {
    let indexed = 0
    while (!stopping.aborted) {
      const begun = performance.now()
      const more = await store.certificates.index(describeCertificate, lease)
      if (more === 0) break
      indexed += more
      await setTimeout(Math.max(SHORTEST_PAUSE_MILLISECONDS, PAUSE_TO_WORK * (performance.now() - begun)))
    }
    return indexed === 0 ? undefined : `${counted(indexed, 'certificate')} indexed`
  },
}
