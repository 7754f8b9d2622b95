import { needsPerson, wait } from './approval/wait.ts'
import { type Attempt, applicantOf, finishing, newTransaction, type Place, yieldTo } from './attempt.ts'
import { certify } from './certify.ts'
import { secondCertificate } from './checks/second-certificate.ts'
import type { Enrolment } from './enrolment.ts'
import type { EnrolmentRequest } from './enrolment-request.ts'
import { signAndFinish } from './finish.ts'
import { issueEvent } from './issue-event.ts'
import type { OrderingAuthority } from './order/ordering-authority.ts'
import { placeOrder } from './order/place-order.ts'
import { pursue } from './order/pursue.ts'
import type { NewTransaction } from './ports.ts'
import { prepareOrder } from './prepare-order.ts'
import type { Warrant } from './warrant.ts'

/** A request that is judged: prepared, recorded, signed; or put before a person. */
export async function carryOut(
  attempt: Attempt,
  request: EnrolmentRequest,
  warrant: Warrant,
  place: Place,
): Promise<Enrolment | 'overtaken'> {
  const { message, endpoint, ports, now, trace } = attempt
  trace.asks('secondCertificate')
  await secondCertificate(request, ports.inventory)
  trace.asks('authority')
  const order = prepareOrder(request)
  const transaction = newTransaction(attempt, place, warrant.use)
  const applicant = { ...applicantOf(attempt), transaction: transaction.uuid }
  if (needsPerson(request, warrant)) {
    trace.asks('approval')
    trace.says('waiting')
    const { replyPassword } = attempt
    const { issuerId } = order
    const waits = { message, replyPassword, request, warrant, issuerId, transaction, applicant }
    const recorded = await wait(waits, ports.approvals)
    if (recorded.status === 'conflict') return yieldTo(attempt, recorded.on, place)
    return { status: 'pending', transaction: transaction.uuid }
  }
  if (order.kind === 'ordering') return orderElsewhere(attempt, order.authority, transaction, place)
  const { authority, prepared } = order
  const service = { authority, scepProfile: endpoint.scepProfile }
  if (!authority.inProcess) {
    const begun = await ports.ledger.begin(transaction, prepared)
    if (begun.status === 'conflict') return yieldTo(attempt, begun.on, place)
    return signAndFinish(transaction.uuid, prepared, service, finishing(attempt))
  }
  const certificate = await certify(prepared, service, finishing(attempt))
  const issued = await ports.ledger.issue(transaction, certificate, [issueEvent(certificate, applicant, now)])
  if (issued.status === 'conflict') return yieldTo(attempt, issued.on, place)
  return {
    status: 'issued',
    certificate: issued.certificate ?? certificate.der,
    certificateUuid: certificate.uuid,
    transaction: transaction.uuid,
    repeated: false,
  }
}

/** Recorded before the first octet of it leaves. */
async function orderElsewhere(
  attempt: Attempt,
  authority: OrderingAuthority,
  transaction: NewTransaction,
  place: Place,
): Promise<Enrolment | 'overtaken'> {
  const { message, endpoint, ports, signer, now, replyPassword } = attempt
  const order = await placeOrder(message.csr, authority, endpoint, now)
  const asked = { predecessor: signer.renews?.entry.uuid, challenge: replyPassword }
  const begun = await ports.orders.begin(transaction, order, asked)
  if (begun.status === 'conflict') return yieldTo(attempt, begun.on, place)
  return pursue(transaction.uuid, order.issuerId, endpoint, ports, attempt.origin)
}
