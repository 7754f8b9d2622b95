import { buildCrl } from '@chancery/ca'
import { type BuiltInSettings, builtInSettings } from '@chancery/connectors'
import { parseCertificate } from '@chancery/pki'
import type { IssuerRecord } from '@chancery/ra'
import type { CrlState, StoredCrl } from '@chancery/store'
import { counted, type Job, type JobContext } from './job.ts'

const DAY = 86_400_000
/** How far the clocks of two nodes may be apart. */
const MOST_AHEAD_MILLISECONDS = 5 * 60_000

/**
 * Each generation, retired ones too, has a CRL until its CA certificate ends; none of its certificates lives longer. A new
 * one is made within seconds of a revocation, one for all that came together, and otherwise before half of its life is over.
 */
export const publishCrls: Job = {
  name: 'publishCrls',
  title: 'Publish CRLs',
  does: 'Signs a new CRL for each CA within seconds of a revocation, and otherwise before half of its life is over.',
  whenOff:
    'Revocations reach nobody who reads CRLs, and once the newest CRL has ended many clients accept no certificate at all.',
  everySeconds: 2,
  async isDue({ store, now }) {
    return (await store.crls.states()).some((state) => isDue(state, now()))
  },
  async run(context, lease) {
    const { store, log, now } = context
    const due = (await store.crls.states()).filter((state) => isDue(state, now()))
    const { issuers, authorities } = await store.configuration.load()
    let published = 0
    for (const { issuerId, newest } of due) {
      const record = issuers.find(({ id }) => id === issuerId)
      const authority = authorities.find(({ id }) => id === record?.authorityId)
      if (record === undefined || authority === undefined) continue
      const crl = await makeCrl(context, record, builtInSettings(authority), newest?.number)
      // Somebody else's is as good.
      if (!(await store.crls.publish(crl, lease))) continue
      const { number, nextUpdate, revocations } = crl
      log.info({ issuer: issuerId, number: Number(number), revocations, nextUpdate }, 'CRL published')
      published += 1
    }
    return published === 0 ? undefined : `${counted(published, 'CRL')} published`
  },
}

async function makeCrl(
  { store, keys, now }: JobContext,
  record: IssuerRecord,
  { crlValidityDays, crlNumberAbove }: BuiltInSettings,
  last: bigint | undefined,
): Promise<StoredCrl> {
  const thisUpdate = wholeSecond(now())
  const nextUpdate = new Date(thisUpdate.getTime() + crlValidityDays * DAY)
  const { revocations, certificates: revoked } = await store.crls.revoked(record.id)
  const number = nextNumber(last, thisUpdate, BigInt(crlNumberAbove))
  const der = await buildCrl({ issuer: keys.issuer(record), number, thisUpdate, nextUpdate, revoked })
  return { issuerId: record.id, number, der, thisUpdate, nextUpdate, revocations }
}

function isDue({ certificate, newest, revocations }: CrlState, now: Date): boolean {
  if (now >= parseCertificate(certificate).notAfter) return false
  if (newest === undefined || newest.revocations < revocations) return true
  // Made by a clock that was wrong: nobody takes a list that is not valid yet.
  if (newest.thisUpdate.getTime() > now.getTime() + MOST_AHEAD_MILLISECONDS) return true
  return now.getTime() >= (newest.thisUpdate.getTime() + newest.nextUpdate.getTime()) / 2
}

/** Not merely the next one: after a restore from a backup it must still be above every number ever published. */
function nextNumber(last: bigint | undefined, thisUpdate: Date, above: bigint): bigint {
  const seconds = BigInt(thisUpdate.getTime() / 1000)
  const highest = last !== undefined && last > above ? last : above
  return highest >= seconds ? highest + 1n : seconds
}

function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000)
}
