import { type EnrolmentMessage, ScepError } from '@chancery/scep'
import type { ApprovalQueue } from './approval/queue.ts'
import { needsPerson, wait } from './approval/wait.ts'
import { certify } from './certify.ts'
import { ChallengeReused } from './challenge-reused.ts'
import { secondCertificate } from './checks/second-certificate.ts'
import type { Endpoint } from './endpoint.ts'
import type { Enrolment } from './enrolment.ts'
import { contentDigest, type EnrolmentRequest, readEnrolmentRequest } from './enrolment-request.ts'
import { complete, type Finishing, signAndFinish } from './finish.ts'
import { identify } from './identity.ts'
import { judge } from './judge.ts'
import type { CertificateInventory, Identity, NewTransaction, TransactionLedger, UnitConflict } from './ports.ts'
import { prepareOrder } from './prepare-order.ts'
import { underRenewalRule } from './renewal-switch.ts'
import { recogniseSigner, type Signer } from './signer.ts'
import { standing } from './standing.ts'
import type { KnownTransaction } from './transaction.ts'
import { ConfigurationChanged, Unavailable } from './unavailable.ts'
import { uuidV7 } from './uuid.ts'
import type { Warrant } from './warrant.ts'

export interface EnrolPorts {
  readonly ledger: TransactionLedger
  readonly inventory: CertificateInventory
  readonly approvals: ApprovalQueue
}

/** How often a request looks again after another message of the same transaction got ahead of it. */
const ROUNDS = 4

/**
 * One request for enrolment: recognised if it was asked before, judged if not, recorded, signed, answered.
 * A certificate is returned only after it is committed, and as it stands in the store.
 * @param source where the message came from, as the caps on waiting requests count it
 * @throws {ScepError} the request is refused
 * @throws {ConfigurationChanged} decide again on the newest configuration
 * @throws {Unavailable} our own fault; nothing is lost, the device may ask again
 */
export async function enrol(
  message: EnrolmentMessage,
  endpoint: Endpoint,
  ports: EnrolPorts,
  now: Date,
  source?: string | undefined,
): Promise<Enrolment> {
  const recognised = await recogniseSigner(message.signer, ports.inventory)
  const signer = underRenewalRule(recognised, message, endpoint)
  const identity = identify(endpoint.address, message.transactionId, signer)
  const content = contentDigest(message)
  const enrolment = { message, endpoint, ports, signer, identity, content, now, source }
  for (let round = 0; round < ROUNDS; round++) {
    const known = await ports.ledger.find(identity)
    const answer = known === undefined ? await admit(enrolment) : await resume(enrolment, known)
    if (answer !== 'overtaken') return answer
  }
  throw new Unavailable('other messages of the same transaction kept getting ahead')
}

interface Attempt {
  readonly message: EnrolmentMessage
  readonly endpoint: Endpoint
  readonly ports: EnrolPorts
  readonly signer: Signer
  readonly identity: Identity
  readonly content: Buffer
  readonly now: Date
  readonly source: string | undefined
}

/** A message of an identity that has a transaction already. */
async function resume(attempt: Attempt, known: KnownTransaction): Promise<Enrolment | 'overtaken'> {
  const same = known.csrContentDigest.equals(attempt.content)
  const found = standing(known, same, attempt.now, attempt.endpoint.olderIssuerIds)
  // Decided again for a second answer as for a first one (design, rule 2).
  const handsOut = found.answer === 'certificate' || found.answer === 'complete'
  if (handsOut && !attempt.endpoint.enabledRaProfileIds.has(known.raProfileId)) {
    throw new ScepError('enrolment_refused', { detail: 'the RA profile of the transaction is switched off' })
  }
  switch (found.answer) {
    case 'certificate':
      return { status: 'issued', certificate: found.certificate.der, transaction: known.uuid, repeated: true }
    case 'pending':
      return { status: 'pending', transaction: known.uuid }
    case 'expire':
      await attempt.ports.approvals.expire(known.uuid, attempt.now)
      return 'overtaken'
    case 'complete':
      return complete(known, finishing(attempt))
    case 'abandon':
      await attempt.ports.ledger.abandon(known.uuid, attempt.now)
      return 'overtaken'
    case 'conflict':
      throw new ScepError('transaction_conflict', { detail: `transaction ${known.uuid} is for another request` })
    case 'supersede':
      return admit(attempt, known.uuid)
  }
}

/** A new transaction: checked, prepared, recorded, signed; or put before a person. */
async function admit(attempt: Attempt, supersedes?: string): Promise<Enrolment | 'overtaken'> {
  const { message, endpoint, ports, now } = attempt
  const request = readEnrolmentRequest(message, endpoint, attempt.signer, now)
  const warrant = await judgeOrYield(attempt, request, supersedes)
  if (warrant === 'overtaken') return warrant
  await secondCertificate(request, ports.inventory)
  const order = prepareOrder(request)
  const challengeUse = warrant.use
  const transaction: NewTransaction = {
    uuid: uuidV7(now),
    identity: attempt.identity,
    scepProfileId: endpoint.scepProfile.id,
    raProfileId: endpoint.raProfile.id,
    csrKeyDigest: message.csr.publicKey.digest(),
    csrContentDigest: attempt.content,
    configurationVersion: endpoint.configurationVersion,
    now,
    ...(supersedes === undefined ? {} : { supersedes }),
    ...(challengeUse === undefined ? {} : { challengeUse }),
  }
  if (needsPerson(request, warrant)) {
    const { source } = attempt
    const recorded = await wait({ message, request, warrant, order, transaction, source }, ports.approvals)
    if (recorded.status === 'conflict') return yieldTo(attempt, recorded.on, supersedes)
    return { status: 'pending', transaction: transaction.uuid }
  }
  if (!endpoint.authority.inProcess) {
    const begun = await ports.ledger.begin(transaction, order)
    if (begun.status === 'conflict') return yieldTo(attempt, begun.on, supersedes)
    return signAndFinish(transaction.uuid, order, finishing(attempt))
  }
  const certificate = await certify(order, endpoint, finishing(attempt))
  const issued = await ports.ledger.issue(transaction, certificate)
  if (issued.status === 'conflict') return yieldTo(attempt, issued.on, supersedes)
  return {
    status: 'issued',
    certificate: issued.certificate ?? certificate.der,
    transaction: transaction.uuid,
    repeated: false,
  }
}

function finishing({ message, endpoint, ports, signer, now }: Attempt): Finishing {
  const keyDigest = message.csr.publicKey.digest()
  return { endpoint, ledger: ports.ledger, keyDigest, predecessor: signer.renews?.entry.uuid, now }
}

/**
 * A challenge that is refused may have been used up by another message of this very transaction, at another node and
 * after this one had looked for it.
 */
async function judgeOrYield(
  attempt: Attempt,
  request: EnrolmentRequest,
  supersedes: string | undefined,
): Promise<Warrant | 'overtaken'> {
  try {
    return await judge(request)
  } catch (error) {
    const isChallenge = error instanceof ScepError && error.reason === 'challenge_refused'
    if (isChallenge && (await isOvertaken(attempt, supersedes))) return 'overtaken'
    throw error
  }
}

/** One that is over and still in its place got ahead of nobody. */
async function isOvertaken({ ports, identity }: Attempt, supersedes: string | undefined): Promise<boolean> {
  const known = await ports.ledger.find(identity)
  return known !== undefined && known.uuid !== supersedes
}

/** Another message was faster. Whether it was one of the same transaction, only a second look can tell. */
async function yieldTo(attempt: Attempt, on: UnitConflict, supersedes?: string): Promise<'overtaken'> {
  if (on === 'configuration') throw new ConfigurationChanged('the configuration changed while the request was judged')
  if (on !== 'challenge' && on !== 'caps') return 'overtaken'
  if (await isOvertaken(attempt, supersedes)) return 'overtaken'
  if (on === 'caps')
    throw new ScepError('too_many_waiting', { detail: 'so many requests without a challenge wait already' })
  const detail = 'the challenge was used up by another request at the same moment'
  throw new ScepError('challenge_refused', { detail, cause: new ChallengeReused(detail) })
}
