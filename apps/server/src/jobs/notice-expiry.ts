import { parseCertificate, serialToHex } from '@chancery/pki'
import type { Configuration, NewNotice, NoticeChannel } from '@chancery/ra'
import type { CertificateSketch, Lease } from '@chancery/store'
import { compose } from '../notice/compose.ts'
import { wants } from '../notice/event-of.ts'
import { intuneKeyNotices } from './intune-key-notices.ts'
import { counted, type Job, type JobContext } from './job.ts'

const DAY = 86_400_000
const SECOND = 1000
/** Certificates in one commit. */
const A_COMMIT = 500
/** Certificates end at whole seconds; of one second no more are told. */
const A_SECOND = 20_000
/** After a long pause: as many days as one question may name. */
const LONGEST_STRETCH = 10_000 * DAY
/** Further ahead than clocks are wrong without anybody noticing. */
const MOST_AHEAD = 2 * DAY

/**
 * Time is gone through once for each number of days: who passes that many days before his end in a stretch of it is told of
 * in the commit that moves on. So each certificate is told once, also after a week without a server, and no row says so.
 */
export const noticeExpiry: Job = {
  name: 'noticeExpiry',
  title: 'Notice expiry',
  does: 'Tells of certificates that end in so many days and were neither renewed nor revoked, of our own, and of keys for Intune.',
  everySeconds: 600,
  inBackground: true,
  whenOff: 'Nobody is told that certificates or keys for Intune end, until it is switched on again.',
  isDue: async ({ store }) => listening(await store.notices.channels.list()).length > 0,
  async run(context, lease, stopping) {
    const channels = listening(await context.store.notices.channels.list())
    let told = 0
    for (const days of new Set(channels.flatMap(({ daysBefore }) => daysBefore))) {
      const those = channels.filter(({ daysBefore }) => daysBefore.includes(days))
      told += await goThrough(days, those, context, lease, stopping)
    }
    return told === 0 ? undefined : `${counted(told, 'notice')} of what ends`
  },
}

const EXPIRING = ['certificate.expiring', 'intune.secret-expiring'] as const

function listening(channels: readonly NoticeChannel[]): NoticeChannel[] {
  return channels.filter(({ enabled, events }) => enabled && EXPIRING.some((event) => events.includes(event)))
}

async function goThrough(
  days: number,
  channels: readonly NoticeChannel[],
  context: JobContext,
  lease: Lease,
  stopping: AbortSignal,
): Promise<number> {
  const { store, now } = context
  const { expiry } = store.notices
  const to = now()
  const stored = await expiry.toldUpTo(days)
  // A clock that was wrong went too far: better told twice than never.
  const isAhead = stored !== undefined && stored.getTime() > to.getTime() + MOST_AHEAD
  if (stored === undefined || isAhead) {
    await expiry.tell(days, stored, to, [], lease)
    return 0
  }
  const configuration = await store.configuration.load()
  let told = 0
  let done = stored
  // Before the oldest channel was made nobody is told of anything.
  let from = new Date(Math.max(stored.getTime(), Math.min(...channels.map(({ createdAt }) => createdAt.getTime()))))
  while (from < to) {
    const { certificates, upTo } = await stretch(days, from, to, context)
    const all = [...certificates, ...ownEnding(configuration, ahead(from, days), ahead(upTo, days))]
    const notices = [
      ...all.flatMap((certificate) => noticesOf(certificate, days, channels, configuration, context)),
      ...intuneKeyNotices(
        configuration,
        { after: ahead(from, days), upTo: ahead(upTo, days), days },
        channels,
        context,
      ),
    ]
    if (!(await expiry.tell(days, done, upTo, notices, lease))) break
    told += notices.length
    if (stopping.aborted) break
    from = upTo
    done = upTo
  }
  return told
}

/** As much of the time ahead as fits into one commit. */
async function stretch(days: number, from: Date, to: Date, { store }: JobContext) {
  let upTo = new Date(Math.min(to.getTime(), from.getTime() + LONGEST_STRETCH))
  for (;;) {
    const isShortest = upTo.getTime() - from.getTime() <= SECOND
    const limit = isShortest ? A_SECOND : A_COMMIT + 1
    const span = { after: ahead(from, days), upTo: ahead(upTo, days), limit }
    const certificates = await store.notices.expiry.ending(span)
    if (isShortest || certificates.length <= A_COMMIT) return { certificates, upTo }
    upTo = new Date(Math.max(from.getTime() + SECOND, Math.floor((from.getTime() + upTo.getTime()) / 2)))
  }
}

function noticesOf(
  certificate: CertificateSketch,
  days: number,
  channels: readonly NoticeChannel[],
  { raProfiles }: Configuration,
  { now, publicUrl }: JobContext,
): NewNotice[] {
  const event = 'certificate.expiring' as const
  const raProfile = raProfiles.find(({ id }) => id === certificate.raProfileId)?.name
  const at = new Date(certificate.notAfter.getTime() - days * DAY)
  const object = { kind: 'certificate', uuid: certificate.uuid, name: certificate.subject ?? certificate.serial }
  const told = { event, at, object, certificate, raProfile, by: undefined, detail: { daysBefore: days } }
  return channels
    .filter((channel) => wants(certificate.purpose === 'device' ? channel : { ...channel, raProfiles: null }, told))
    .map((channel) => compose(channel, told, publicUrl, now()))
}

/** CA and RA certificates that are in use: whether they are renewed or not is known by what is in use then. */
function ownEnding(
  { issuers, raCertificates, authorities }: Configuration,
  after: Date,
  upTo: Date,
): CertificateSketch[] {
  const own = [
    ...issuers
      .filter(({ state }) => state === 'current')
      .map(({ certificate, authorityId }) => ({
        certificate,
        uuid: authorities.find(({ id }) => id === authorityId)?.uuid ?? '',
        what: `CA ${authorities.find(({ id }) => id === authorityId)?.name ?? ''}`,
      })),
    ...raCertificates
      .filter(({ state }) => state === 'current')
      .map(({ certificate, uuid }) => ({ certificate, uuid, what: 'RA certificate' })),
  ]
  return own.flatMap(({ certificate, uuid, what }) => {
    const { notAfter, serialNumber } = parseCertificate(certificate)
    if (notAfter <= after || notAfter > upTo) return []
    return [
      { uuid, purpose: 'ra' as const, serial: serialToHex(serialNumber), subject: what, notAfter, raProfileId: null },
    ]
  })
}

function ahead(time: Date, days: number): Date {
  return new Date(time.getTime() + days * DAY)
}
