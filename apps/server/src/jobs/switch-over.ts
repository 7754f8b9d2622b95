import { parseCertificate } from '@chancery/pki'
import type { AuthorityRecord, Configuration } from '@chancery/ra'
import { switchOverDeed } from '../audit/issuer-deed.ts'
import { jobEvent } from '../audit/own-event.ts'
import { generationOf, switchOverTo } from '../rollover/stepping-back.ts'
import { counted, type Job } from './job.ts'

/**
 * A next CA takes over on its date, and at the latest when the current one has ended: from then on nothing else could
 * issue.
 */
export const switchOver: Job = {
  name: 'switchOver',
  title: 'Switch over CAs',
  does: 'Lets a next CA take over on its date, and at the latest when the current one has ended.',
  whenOff: 'A next CA takes over by command only, and once the current one has ended nothing is issued.',
  everySeconds: 30,
  async isDue({ store, now }) {
    const configuration = await store.configuration.load()
    return configuration.authorities.some((authority) => isDue(authority, configuration, now()))
  },
  async run({ store, log, now }, lease) {
    const { authorities } = await store.configuration.load()
    let switched = 0
    for (const { id } of authorities) {
      // Anew for each: every switch-over makes a version of its own.
      const configuration = await store.configuration.load()
      const authority = configuration.authorities.find((one) => one.id === id)
      if (authority === undefined || !isDue(authority, configuration, now())) continue
      const change = switchOverTo(configuration, authority, now())
      if ('refused' in change) {
        log.error({ authority: authority.name, why: change.refused }, 'the next CA cannot take over')
        continue
      }
      const event = jobEvent('switchOver', now(), switchOverDeed(change, authority, configuration))
      const { status } = await store.configuration.switchOver(change, configuration.version, lease, [event])
      // Anything else: somebody changed something at the same moment, and the next round sees it.
      if (status !== 'changed') continue
      log.info({ authority: authority.name, issuer: change.issuerId }, 'the next CA took over on its date')
      switched += 1
    }
    return switched === 0 ? undefined : `${counted(switched, 'next CA')} took over`
  },
}

function isDue(authority: AuthorityRecord, configuration: Configuration, now: Date): boolean {
  const next = generationOf(authority, configuration, 'next')
  const current = generationOf(authority, configuration, 'current')
  if (next === undefined || current === undefined) return false
  if (next.currentFrom !== null && next.currentFrom <= now) return true
  return parseCertificate(current.certificate).notAfter <= now
}
