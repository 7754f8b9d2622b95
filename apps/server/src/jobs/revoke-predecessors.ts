import { type AuditEvent, type DueRetirement, retire, uuidV7 } from '@chancery/ra'
import { counted, type Job } from './job.ts'

/** A job comes back soon; so many at a time keep its lease short and the database free. */
const AT_A_TIME = 200

/** Certificates that have a successor are revoked when the renewal rule of their profile says so (S-2.5-05). */
export const revokePredecessors: Job = {
  name: 'revokePredecessors',
  title: 'Revoke predecessors',
  does: 'Revokes certificates that were renewed, where the renewal rule of their profile says so.',
  whenOff: 'Certificates that were renewed stay valid beside their successors, whatever the renewal rule says.',
  everySeconds: 60,
  async isDue({ store, now }) {
    return (await store.retirements.due(now(), 1)).length > 0
  },
  async run({ store, log, now }, lease) {
    const { scepProfiles } = await store.configuration.load()
    let revoked = 0
    for (const due of await store.retirements.due(now(), AT_A_TIME)) {
      const rule = scepProfiles.find(({ id }) => id === due.scepProfileId)?.renewal
      const fate = retire(due, rule, now())
      const { certificate, successor } = due
      if (fate.verdict === 'revoke') {
        if (!(await store.retirements.revoke(due, now(), lease, [eventOf(due, now())]))) continue
        log.info({ certificate, successor }, 'predecessor revoked')
        revoked += 1
      } else if (await store.retirements.drop(due, lease)) {
        log.info({ certificate, successor, why: fate.why }, 'predecessor not revoked')
      }
    }
    return revoked === 0 ? undefined : `${counted(revoked, 'predecessor')} revoked`
  },
}

function eventOf({ certificate, state, successor }: DueRetirement, at: Date): AuditEvent {
  return {
    uuid: uuidV7(at),
    at,
    actor: { kind: 'job', name: revokePredecessors.name },
    action: 'certificate.revoke',
    object: { kind: 'certificate', uuid: certificate },
    outcome: 'done',
    detail: { successor, before: { state }, after: { state: 'revoked', reason: 'superseded' } },
  }
}
