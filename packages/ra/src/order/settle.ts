import { createHash } from 'node:crypto'
import { generalNameToText, nameToText, parseCertificate, shortestSerial, subjectAltNames } from '@chancery/pki'
import { issueEvent } from '../issue-event.ts'
import { NO_ORIGIN, type Origin } from '../origin.ts'
import type { CertificateInventory, NewCertificate, PreparedCertificate } from '../ports.ts'
import type { ScepProfile } from '../profile.ts'
import { succession } from '../succession.ts'
import { uuidV7 } from '../uuid.ts'
import { nextTry } from './next-try.ts'
import type { OrderBook, RecordedOrder } from './order-book.ts'
import type { OrderAnswer, OrderingAuthority } from './ordering-authority.ts'

export interface SettlePorts {
  readonly orders: OrderBook
  readonly inventory: CertificateInventory
}

export type Settled =
  | { readonly status: 'issued'; readonly certificate: Buffer; readonly certificateUuid: string }
  | { readonly status: 'pending' }
  | { readonly status: 'refused' | 'unavailable'; readonly detail: string }
  /** Somebody else wrote down what became of it. */
  | { readonly status: 'overtaken' }

/**
 * Sends an order that was taken, and writes down what came of it. No transaction of the database is open meanwhile.
 * @param profile whose rule says what becomes of a predecessor; undefined: it is not there any more
 * @param origin of the message because of which it is sent; left out: no message is
 */
export async function settle(
  order: RecordedOrder,
  authority: OrderingAuthority,
  profile: ScepProfile | undefined,
  ports: SettlePorts,
  origin: Origin = NO_ORIGIN,
): Promise<Settled> {
  const settled = await written(order, await answerTo(order, authority), { authority, profile, ports, origin })
  if (settled.status !== 'overtaken') authority.report(order, settled)
  return settled
}

type Answer = OrderAnswer | { readonly status: 'unavailable'; readonly detail: string }

async function answerTo(order: RecordedOrder, authority: OrderingAuthority): Promise<Answer> {
  try {
    return await authority.send(order)
  } catch (error) {
    return { status: 'unavailable', detail: error instanceof Error ? error.message : 'no answer' }
  }
}

interface Settling {
  readonly authority: OrderingAuthority
  readonly profile: ScepProfile | undefined
  readonly ports: SettlePorts
  readonly origin: Origin
}

async function written(order: RecordedOrder, answer: Answer, settling: Settling): Promise<Settled> {
  const { authority, ports } = settling
  const now = authority.now()
  switch (answer.status) {
    case 'issued':
      return issued(order, answer.certificate, settling, now)
    case 'refused': {
      const { status } = await ports.orders.refuse(order, now)
      return status === 'committed' ? answer : { status: 'overtaken' }
    }
    case 'pending':
    case 'unavailable': {
      // Once it has the order, it is asked what became of it, also after an outage.
      const state = answer.status === 'pending' ? 'pending' : order.state
      const trouble = answer.status === 'pending' ? null : answer.detail
      const { status } = await ports.orders.postpone(order, { state, trouble, ...nextTry(order, now) })
      return status === 'committed' ? answer : { status: 'overtaken' }
    }
  }
}

async function issued(order: RecordedOrder, der: Buffer, settling: Settling, now: Date): Promise<Settled> {
  const { profile, ports, origin } = settling
  const certificate = newCertificate(order, der, profile, now)
  if ((await ports.inventory.findByDigest(certificate.digest)) !== undefined) return notOurs(order, ports, now)
  const { transaction, identity } = order
  const event = issueEvent(certificate, { transaction, identity, origin }, now)
  const outcome = await ports.orders.issue(order, certificate, now, [event])
  if (outcome.status === 'committed') {
    return { status: 'issued', certificate: outcome.certificate ?? der, certificateUuid: certificate.uuid }
  }
  return outcome.on === 'transaction' ? notOurs(order, ports, now) : { status: 'overtaken' }
}

/** A certificate or a serial number that another transaction has: either cannot be told from the other any more. */
async function notOurs(order: RecordedOrder, { orders }: SettlePorts, now: Date): Promise<Settled> {
  const { status } = await orders.refuse(order, now)
  if (status !== 'committed') return { status: 'overtaken' }
  return {
    status: 'refused',
    detail: 'the authority answered with a certificate whose serial number it had given to another one',
  }
}

function newCertificate(
  { issuerId, csrKeyDigest, predecessor }: RecordedOrder,
  der: Buffer,
  profile: ScepProfile | undefined,
  now: Date,
): NewCertificate {
  const inheritance =
    predecessor === undefined ? {} : profile === undefined ? { predecessor } : succession(predecessor, profile, now)
  return {
    uuid: uuidV7(now),
    der,
    digest: createHash('sha256').update(der).digest(),
    keyDigest: csrKeyDigest,
    prepared: asIssued(der, issuerId),
    ...inheritance,
  }
}

/** What another house decided about a certificate, read from it. */
function asIssued(der: Buffer, issuerId: number): PreparedCertificate {
  const certificate = parseCertificate(der)
  const { tbs, subject, notBefore, notAfter } = certificate
  return {
    issuerId,
    serialNumber: shortestSerial(certificate.serialNumber) ?? certificate.serialNumber,
    tbs,
    subject: nameToText(subject),
    subjectAltNames: readable(() => subjectAltNames(certificate).map(generalNameToText)),
    notBefore,
    notAfter,
  }
}

/** It is issued, and not to be lost because its names cannot be read. */
function readable(read: () => readonly string[]): readonly string[] {
  try {
    return read()
  } catch {
    return []
  }
}
