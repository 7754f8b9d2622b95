import { orderRaCertificate, UpstreamError } from '@chancery/connectors'
import { parseCertificate } from '@chancery/pki'
import { type AuditEvent, applyEdits, type Configuration, type RaCertificateRecord, uuidV7 } from '@chancery/ra'
import type { Lease } from '@chancery/store'
import { configurationDeeds } from '../audit/configuration-deeds.ts'
import { jobEvent } from '../audit/own-event.ts'
import { newRaCertificate } from '../installation/ra-certificate.ts'
import { canBeIssued } from '../ra-certificates/issue.ts'
import { lacking, missingRaCertificates } from '../ra-certificates/missing.ts'
import { decryptsUntil } from '../rollover/decrypts-until.ts'
import { publishedUrls } from '../snapshot/published-urls.ts'
import { counted, type Job, type JobContext } from './job.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** Until then every process has the next key; devices hear of it only afterwards. */
const PUBLISH_AFTER_MILLISECONDS = 10 * MINUTE

/**
 * RA certificates that we issued ourselves are renewed at two thirds of their life, or when their profile says (design,
 * rule 9): the next key opens messages at once, GetCACert shows it some time later, and the old one goes on opening messages
 * until it ends. Where one is lacking, because a CA got its certificate later than its profiles, it is issued.
 */
export const renewRaCertificates: Job = {
  name: 'renewRaCertificates',
  title: 'Renew RA certificates',
  does: 'Renews RA certificates before they end, publishes the next ones, and issues those that are lacking.',
  whenOff: 'An RA certificate that ends is not replaced, and its endpoint then serves no device.',
  everySeconds: 5 * 60,
  async isDue({ store, now }) {
    const configuration = await store.configuration.load()
    return (
      configuration.raCertificates.some(
        (record) => record.state === 'next' || (record.state === 'current' && isDue(record, configuration, now())),
      ) || lacking(configuration).some(canBeIssued)
    )
  },
  async run(context, lease) {
    const { raCertificates } = await context.store.configuration.load()
    let changed = 0
    for (const { id } of raCertificates) {
      // Anew for each: several profiles and generations may be due, and every change makes a version of its own.
      const configuration = await context.store.configuration.load()
      const record = configuration.raCertificates.find((one) => one.id === id)
      if (record === undefined) continue
      if (record.state === 'next') changed += await promoteWhenKnown(record, configuration, context, lease)
      else if (record.state === 'current') changed += await renewOrLog(record, configuration, context, lease)
    }
    changed += await issueLacking(context, lease)
    return changed === 0 ? undefined : `${counted(changed, 'RA certificate')} issued or published`
  },
}

async function issueLacking({ store, log, now, publicUrl }: JobContext, lease: Lease): Promise<number> {
  const configuration = await store.configuration.load()
  if (!lacking(configuration).some(canBeIssued)) return 0
  const { edits } = await missingRaCertificates(configuration, { publicUrl, now: now() })
  if (edits.length === 0) return 0
  const events = eventsOf(configuration, applyEdits(configuration, edits, now()), now())
  const { status } = await store.configuration.edit(edits, configuration.version, lease, events)
  log.info({ count: edits.length, status }, 'RA certificates issued where they were lacking')
  return status === 'changed' ? edits.length : 0
}

/** These say how many they changed. One authority elsewhere that is down keeps no other one from being asked. */
async function renewOrLog(
  record: RaCertificateRecord,
  configuration: Configuration,
  context: JobContext,
  lease: Lease,
): Promise<number> {
  try {
    return await renewWhenDue(record, configuration, context, lease)
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    context.log.warn({ raCertificate: record.uuid, why: error.message }, 'RA certificate not renewed')
    return 0
  }
}

async function renewWhenDue(
  record: RaCertificateRecord,
  configuration: Configuration,
  { store, keys, log, now, publicUrl }: JobContext,
  lease: Lease,
): Promise<number> {
  const { scepProfileId, issuerId } = record
  const { issuers, authorities, raCertificates, version } = configuration
  const hasNext = raCertificates.some(
    (other) => other.state === 'next' && other.scepProfileId === scepProfileId && other.issuerId === issuerId,
  )
  const certificate = parseCertificate(record.certificate)
  const issuer = issuers.find(({ id }) => id === issuerId)
  if (hasNext || issuer === undefined || !isDue(record, configuration, now())) return 0
  // Nothing outlives its CA, and a CA that opens messages itself is renewed as a CA: both need a new generation.
  if (parseCertificate(issuer.certificate).notAfter <= certificate.notAfter) return 0
  const authority = authorities.find(({ id }) => id === issuer.authorityId)
  if (authority === undefined) return 0
  const { subject } = certificate
  const renewed =
    issuer.privateKey.kind === 'elsewhere'
      ? (await orderRaCertificate({ authority, ca: issuer.certificate, subject, fetch, now: now() })).raCertificate
      : await newRaCertificate({
          subject,
          issuer: keys.issuer(issuer),
          urls: publishedUrls(publicUrl, authority, issuer.generation),
          now: now(),
        })
  const uuid = uuidV7(now())
  const added = { uuid, scepProfileId, issuerId, ...renewed }
  const next = { ...added, id: -1, state: 'next', since: now(), decryptsUntil: null } as const
  const events = eventsOf(configuration, { ...configuration, raCertificates: [...raCertificates, next] }, now())
  const { status } = await store.configuration.addRaCertificate(added, version, lease, events)
  log.info({ former: record.uuid, next: uuid, notAfter: renewed.notAfter, status }, 'RA certificate renewed')
  return status === 'changed' ? 1 : 0
}

async function promoteWhenKnown(
  record: RaCertificateRecord,
  configuration: Configuration,
  { store, log, now }: JobContext,
  lease: Lease,
): Promise<number> {
  if (now().getTime() < record.since.getTime() + PUBLISH_AFTER_MILLISECONDS) return 0
  const { raCertificates, version } = configuration
  const former = raCertificates.find(
    ({ state, scepProfileId, issuerId }) =>
      state === 'current' && scepProfileId === record.scepProfileId && issuerId === record.issuerId,
  )
  const until = decryptsUntil((former ?? record).certificate, now())
  const after = raCertificates.map((one): RaCertificateRecord => {
    if (one === record) return { ...one, state: 'current' }
    return one === former ? { ...one, state: 'retired', decryptsUntil: until } : one
  })
  const events = eventsOf(configuration, { ...configuration, raCertificates: after }, now())
  const { status } = await store.configuration.promoteRaCertificate(record.uuid, until, version, lease, events)
  log.info({ current: record.uuid, former: former?.uuid, decryptsUntil: until, status }, 'RA certificate published')
  return status === 'changed' ? 1 : 0
}

function eventsOf(before: Configuration, after: Configuration, now: Date): AuditEvent[] {
  return configurationDeeds(before, after).map((deed) => jobEvent('renewRaCertificates', now, deed))
}

/** Never in the first third of its life: what asks for more than that would be renewed again and again. */
function isDue(
  { certificate, scepProfileId }: RaCertificateRecord,
  { scepProfiles }: Configuration,
  now: Date,
): boolean {
  const { notBefore, notAfter } = parseCertificate(certificate)
  const third = (notAfter.getTime() - notBefore.getTime()) / 3
  const days = scepProfiles.find(({ id }) => id === scepProfileId)?.raCertificate.renewBeforeDays ?? null
  const before = days === null ? third : Math.min(days * DAY, 2 * third)
  return now.getTime() >= notAfter.getTime() - before
}
