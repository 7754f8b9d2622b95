import { type Configuration, type DueOrder, type OrderingAuthority, settle } from '@chancery/ra'
import type { Job, JobContext } from './job.ts'

/** Of one authority in one round: so many at a time, and so many in all. */
const AT_A_TIME = 4
const A_ROUND = 200

/**
 * What was ordered of authorities elsewhere is sent again, or asked about, when it is due: a device that asks later finds
 * its certificate, even if nobody asked meanwhile. Authorities do not wait for each other.
 */
export const sendOrders: Job = {
  name: 'sendOrders',
  title: 'Send orders',
  does: 'Sends what was ordered of authorities elsewhere again, or asks about it, when it is due.',
  whenOff: 'What an authority elsewhere did not answer at once is fetched only when the device asks again.',
  everySeconds: 2,
  inBackground: true,
  isDue: ({ store, now }) => store.orders.isAnyDue(now()),
  async run(context, _lease, stopping) {
    const configuration = await context.store.configuration.load()
    const rounds = orderingAuthorities(configuration, context).map(async ({ port, name }) => {
      const due = await context.store.orders.due(port.authorityId, context.now(), A_ROUND)
      if (due.length > 0) context.log.debug({ authority: name, due: due.length }, 'orders are due')
      const one = () => sendNext(due, port, configuration, context, stopping)
      await Promise.all(Array.from({ length: AT_A_TIME }, one))
    })
    await Promise.all(rounds)
    return undefined
  },
}

function orderingAuthorities(
  { authorities, issuers }: Configuration,
  { upstreams }: JobContext,
): { readonly port: OrderingAuthority; readonly name: string }[] {
  return authorities.flatMap((authority) => {
    const issuer = issuers.find(({ authorityId, state }) => authorityId === authority.id && state === 'current')
    if (authority.kind === 'built-in' || issuer === undefined) return []
    return [{ port: upstreams.port(authority, issuer), name: authority.name }]
  })
}

/** Takes from the list until it is empty. An order is held by whoever sends it, so the job's own lease guards nothing here. */
async function sendNext(
  due: DueOrder[],
  port: OrderingAuthority,
  { scepProfiles }: Configuration,
  { store, log, now }: JobContext,
  stopping: AbortSignal,
): Promise<void> {
  // What is under way when the server stops is waited for no longer than a device would.
  for (let next = due.shift(); next !== undefined; next = stopping.aborted ? undefined : due.shift()) {
    const { transaction, expiresAt } = next
    if (expiresAt <= now()) {
      const { status } = await store.orders.expire(transaction, now())
      if (status === 'committed') log.warn({ transaction }, 'the authority did not answer in time')
      continue
    }
    const order = await store.orders.take(transaction, port.leaseSeconds)
    if (order === 'held' || order === 'gone') continue
    const profile = scepProfiles.find(({ id }) => id === order.scepProfileId)
    const work = settle(order, port, profile, store)
    // What could not be written down is sent again when it is let go.
    work.catch(() => undefined)
    const settled = await port.soon(work)
    // It is slow or down: what is under way goes on, and the rest is for a later round.
    if (settled === 'later' || settled.status === 'unavailable') due.length = 0
  }
}
