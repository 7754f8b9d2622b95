import { counted, type Job } from './job.ts'

/** For dashboards: nobody counts a million rows while somebody looks. */
export const countCertificates: Job = {
  name: 'countCertificates',
  title: 'Count certificates',
  does: 'Counts new certificates by the day on which they end, for the statistics.',
  whenOff: 'The statistics show no certificates that are issued from now on.',
  everySeconds: 30,
  inBackground: true,
  // Where it finds nothing it has read one page.
  isDue: async () => true,
  async run({ store, now }, lease, stopping) {
    const number = await store.statistics.countCertificates(now(), lease, stopping)
    return number === 0 ? undefined : `${counted(number, 'certificate')} counted`
  },
}
