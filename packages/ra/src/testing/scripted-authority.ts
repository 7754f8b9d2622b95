import { createHash } from 'node:crypto'
import type { Certificate } from '@chancery/pki'
import type { RecordedOrder } from '../order/order-book.ts'
import type { OrderAnswer, OrderingAuthority, ReportedOutcome } from '../order/ordering-authority.ts'
import { certificateFor, NOW } from './certificate.ts'
import { KEY_A } from './world.ts'

/** What an authority elsewhere does when it is asked, one after the other; the last one goes on. */
export type Act = OrderAnswer | 'issue' | 'down' | Promise<OrderAnswer>

/**
 * An authority elsewhere that plays a script. Like a good SCEP server it makes one certificate for one transaction,
 * however often it is asked.
 */
export function scriptedAuthority(...script: Act[]) {
  const sent: RecordedOrder[] = []
  const reported: ReportedOutcome[] = []
  const issued = new Map<string, Certificate>()
  const clock = { now: NOW }
  let worded = 0

  const issue = async ({ upstreamTransactionId }: RecordedOrder): Promise<OrderAnswer> => {
    const certificate =
      issued.get(upstreamTransactionId) ?? (await certificateFor(KEY_A, 'CN=as it is named there', []))
    issued.set(upstreamTransactionId, certificate)
    return { status: 'issued', certificate: certificate.der }
  }
  const port: OrderingAuthority = {
    kind: 'ordering',
    authorityId: 5,
    issuerId: 9,
    leaseSeconds: 60,
    async word(csr) {
      const upstreamTransactionId = `U-${++worded}`
      const message = createHash('sha256').update(csr.der).update(upstreamTransactionId).digest()
      return { upstreamTransactionId, message, memo: Buffer.from('memo') }
    },
    send(order) {
      sent.push(order)
      const act = (script.length > 1 ? script.shift() : script[0]) ?? 'issue'
      if (act === 'issue') return issue(order)
      if (act === 'down') return Promise.reject(new Error('the line is dead'))
      return Promise.resolve(act)
    },
    // What needs more than a few turns of the loop takes too long.
    soon: (work) => Promise.race([work, turns(20).then(() => 'later' as const)]),
    now: () => clock.now,
    report: (_, outcome) => reported.push(outcome),
  }
  return { port, sent, reported, issued, clock, issue, play: (...acts: Act[]) => script.splice(0, Infinity, ...acts) }
}

export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
