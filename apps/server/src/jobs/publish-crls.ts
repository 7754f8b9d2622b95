import { buildCrl } from '@chancery/ca'
import type { IssuerRecord } from '@chancery/ra'
import type { Job } from './job.ts'

const DAY = 86_400_000
/** How long a CRL may be used. */
const LIFE_MILLISECONDS = 7 * DAY

/** Each generation that has a certificate out there has a CRL, and a new one before half of its life is over. */
export const publishCrls: Job = {
  name: 'publish CRLs',
  async run({ store, keys, log, now }) {
    const { issuers } = await store.configuration.load()
    for (const record of issuers) {
      const newest = await store.crls.newest(record.id)
      if (newest !== undefined && !isDue(newest, now())) continue
      const crl = await makeCrl(record, newest?.number)
      // Somebody else's is as good.
      if (await store.crls.publish(crl)) {
        log.info({ issuer: record.id, number: Number(crl.number), nextUpdate: crl.nextUpdate }, 'CRL published')
      }
    }

    async function makeCrl(record: IssuerRecord, last: bigint | undefined) {
      const thisUpdate = wholeSecond(now())
      const nextUpdate = new Date(thisUpdate.getTime() + LIFE_MILLISECONDS)
      const revoked = await store.crls.revoked(record.id)
      const number = nextNumber(last, thisUpdate)
      const der = await buildCrl({ issuer: keys.issuer(record), number, thisUpdate, nextUpdate, revoked })
      return { issuerId: record.id, number, der, thisUpdate, nextUpdate }
    }
  },
}

function isDue({ thisUpdate, nextUpdate }: { thisUpdate: Date; nextUpdate: Date }, now: Date): boolean {
  return now.getTime() >= (thisUpdate.getTime() + nextUpdate.getTime()) / 2
}

/** Not merely the next one: after a restore from a backup it must still be above every number ever published. */
function nextNumber(last: bigint | undefined, thisUpdate: Date): bigint {
  const seconds = BigInt(thisUpdate.getTime() / 1000)
  return last !== undefined && last >= seconds ? last + 1n : seconds
}

function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000)
}
