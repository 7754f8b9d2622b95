import { type Configuration, type HeldCertificate, tell, unreportedEvent } from '@chancery/ra'
import { voucherOf } from '../snapshot/voucher.ts'
import { counted, type Job, type JobContext } from './job.ts'

/** In one round: so many at a time, and so many in all. */
const AT_A_TIME = 4
const A_ROUND = 200
/** Long past the life of any challenge; who still wants a certificate asks with a new one. */
const GIVEN_UP_AFTER_MILLISECONDS = 24 * 3_600_000

/**
 * A certificate whose notice was not acknowledged is held. Whoever vouched is told again, so that it is free when the device
 * asks again; after a day it is given up, and never handed out.
 */
export const reportVouchedCertificates: Job = {
  name: 'reportVouchedCertificates',
  title: 'Report vouched certificates',
  does: 'Tells those who vouched for requests again of certificates that they have not acknowledged, and gives these up after a day.',
  whenOff: 'A certificate whose notice was not acknowledged is held until its device asks again.',
  everySeconds: 60,
  inBackground: true,
  isDue: ({ store, now }) => store.vouched.isAnyDue(now()),
  async run(context, _lease, stopping) {
    const { store, log, now } = context
    const configuration = await store.configuration.load()
    const due = await store.vouched.due(now(), A_ROUND)
    const fates: Fate[] = []
    const one = async () => {
      for (let held = due.shift(); held !== undefined; held = stopping.aborted ? undefined : due.shift()) {
        fates.push(await report(held, configuration, context))
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, one))
    const count = (fate: Fate) => fates.filter((found) => found === fate).length
    const [released, held, unreported] = [count('released'), count('held'), count('unreported')]
    if (fates.length === 0) return undefined
    log.info({ released, held, unreported }, 'certificates reported whose notices were not acknowledged')
    return `${counted(released, 'certificate')} released, ${held} still held, ${unreported} given up`
  },
}

type Fate = 'released' | 'held' | 'unreported' | 'overtaken'

/** What it writes is conditional on the certificate's being held, so the job's own lease guards nothing here. */
async function report(
  held: HeldCertificate,
  configuration: Configuration,
  { store, log, now, vouching }: JobContext,
): Promise<Fate> {
  const at = now()
  const actor = { kind: 'job', name: reportVouchedCertificates.name } as const
  const { transaction, certificateUuid: certificate } = held
  if (held.revoked || at.getTime() - held.since.getTime() >= GIVEN_UP_AFTER_MILLISECONDS) {
    const { status } = await store.vouched.giveUp(held, [unreportedEvent(held, actor, at)])
    if (status === 'conflict') return 'overtaken'
    log.warn({ transaction, certificate }, 'a certificate is given up whose notice was not acknowledged')
    return 'unreported'
  }
  const voucher = voucherOf(held.voucher, configuration, vouching)
  const told = await tell(held, voucher ?? NOBODY, store.vouched, { actor, now: at })
  if (told.status === 'held')
    log.warn({ transaction, certificate, detail: told.detail }, 'a notice was not acknowledged')
  return told.status
}

/** Kept until somebody mends the profile, or the day is over. */
const NOBODY = {
  key: '',
  issued: async () => ({ status: 'unavailable', detail: 'no SCEP profile speaks to whoever vouched for it' }) as const,
  failed: async () => undefined,
}
