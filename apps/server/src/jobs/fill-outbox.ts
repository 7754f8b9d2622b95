import type { AuditEvent, NewNotice, NoticeChannel, RaProfile } from '@chancery/ra'
import type { CertificateSketch, Lease } from '@chancery/store'
import { compose } from '../notice/compose.ts'
import { noticeEventOf, wants } from '../notice/event-of.ts'
import type { Job, JobContext } from './job.ts'

/** Events at a time, and batches in a round: then others have a turn. */
const BATCH = 200
const MOST_BATCHES = 50

/** What is in the audit log is told to the channels that want it: each event once, in the commit that moves on. */
export const fillOutbox: Job = {
  name: 'fillOutbox',
  title: 'Fill the outbox',
  does: 'Goes through the audit log and puts down what each notice channel is to be told.',
  everySeconds: 1,
  whenOff: 'Nobody is told of anything, until it is switched on again; then all of it is told, late.',
  async isDue({ store }) {
    if (!(await store.notices.channels.list()).some(({ enabled }) => enabled)) return false
    return (await store.audit.after(await store.notices.outbox.position(), 1)).length > 0
  },
  async run(context, lease, stopping) {
    for (let batch = 0; batch < MOST_BATCHES && !stopping.aborted; batch++) {
      if ((await fillOne(context, lease)) < BATCH) break
    }
    // Where devices enrol it is every second: the notices themselves say enough.
    return undefined
  },
}

/** @returns how many events were gone through */
async function fillOne({ store, now, publicUrl }: JobContext, lease: Lease): Promise<number> {
  const { outbox, channels } = store.notices
  const from = await outbox.position()
  const events = await store.audit.after(from, BATCH)
  const to = events.at(-1)?.seq
  if (to === undefined) return 0
  const listening = (await channels.list()).filter(({ enabled }) => enabled)
  const { raProfiles } = await store.configuration.load()
  const certificates = await store.notices.certificates(events.flatMap(({ event }) => certificateUuidOf(event)))
  const notices = events.flatMap(({ event }) =>
    noticesOf(event, { listening, certificates, raProfiles, publicUrl, now: now() }),
  )
  return (await outbox.fill(from, to, notices, lease)) ? events.length : 0
}

interface Scene {
  readonly listening: readonly NoticeChannel[]
  readonly certificates: readonly CertificateSketch[]
  readonly raProfiles: readonly RaProfile[]
  readonly publicUrl: string | undefined
  readonly now: Date
}

function noticesOf(audited: AuditEvent, { listening, certificates, raProfiles, publicUrl, now }: Scene): NewNotice[] {
  const event = noticeEventOf(audited)
  if (event === undefined) return []
  const { at, object, actor: by, detail } = audited
  const certificate = certificates.find(({ uuid }) => uuid === object?.uuid)
  // Certificates for ourselves are nothing to be told of.
  if (certificate !== undefined && certificate.purpose !== 'device') return []
  const named = raProfiles.find(({ id }) => id === certificate?.raProfileId)?.name
  const raProfile = named ?? raProfileOf(detail)
  return listening
    .filter((channel) => wants(channel, { event, at, raProfile }))
    .map((channel) => compose(channel, { event, at, object, certificate, raProfile, by, detail }, publicUrl, now))
}

function certificateUuidOf({ object }: AuditEvent): string[] {
  return object?.kind === 'certificate' && object.uuid !== undefined ? [object.uuid] : []
}

/** Of a request that came to no certificate: as it was recorded, or as the address has it. */
function raProfileOf({ raProfile, endpoint }: AuditEvent['detail']): string | undefined {
  if (typeof raProfile === 'string') return raProfile
  return typeof endpoint === 'string' ? /^raProfile\/(.+)$/.exec(endpoint)?.[1] : undefined
}
