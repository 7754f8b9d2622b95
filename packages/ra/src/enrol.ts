import { createHash } from 'node:crypto'
import { type EnrolmentMessage, ScepError } from '@chancery/scep'
import { ChallengeReused } from './challenge-reused.ts'
import { secondCertificate } from './checks/second-certificate.ts'
import type { Endpoint } from './endpoint.ts'
import { contentDigest, type EnrolmentRequest, readEnrolmentRequest } from './enrolment-request.ts'
import { identify } from './identity.ts'
import { judge } from './judge.ts'
import type {
  CertificateInventory,
  Identity,
  NewCertificate,
  NewTransaction,
  PreparedCertificate,
  TransactionLedger,
} from './ports.ts'
import { prepared } from './prepared.ts'
import { underRenewalRule } from './renewal-switch.ts'
import { recogniseSigner, type Signer } from './signer.ts'
import { standing } from './standing.ts'
import { succession } from './succession.ts'
import type { KnownTransaction } from './transaction.ts'
import { ConfigurationChanged, Unavailable } from './unavailable.ts'
import { uuidV7 } from './uuid.ts'

/** What a device gets for a request for enrolment; refusals are thrown as ScepError. */
export type Enrolment =
  | {
      readonly status: 'issued'
      readonly certificate: Buffer
      readonly transaction: string
      /** The certificate was issued to an earlier message of the same transaction. */
      readonly repeated: boolean
    }
  | { readonly status: 'pending'; readonly transaction: string }

export interface EnrolPorts {
  readonly ledger: TransactionLedger
  readonly inventory: CertificateInventory
}

/** How often a request looks again after another message of the same transaction got ahead of it. */
const ROUNDS = 4

/**
 * One request for enrolment: recognised if it was asked before, judged if not, recorded, signed, answered.
 * A certificate is returned only after it is committed, and as it stands in the store.
 * @throws {ScepError} the request is refused
 * @throws {ConfigurationChanged} decide again on the newest configuration
 * @throws {Unavailable} our own fault; nothing is lost, the device may ask again
 */
export async function enrol(
  message: EnrolmentMessage,
  endpoint: Endpoint,
  ports: EnrolPorts,
  now: Date,
): Promise<Enrolment> {
  const recognised = await recogniseSigner(message.signer, ports.inventory)
  const signer = underRenewalRule(recognised, message, endpoint)
  const identity = identify(endpoint.address, message.transactionId, signer)
  const content = contentDigest(message)
  const enrolment = { message, endpoint, ports, signer, identity, content, now }
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
    case 'complete':
      return complete(attempt, known)
    case 'abandon':
      await attempt.ports.ledger.abandon(known.uuid, attempt.now)
      return 'overtaken'
    case 'conflict':
      throw new ScepError('transaction_conflict', { detail: `transaction ${known.uuid} is for another request` })
    case 'supersede':
      return admit(attempt, known.uuid)
  }
}

/** A new transaction: checked, prepared, recorded, signed. */
async function admit(attempt: Attempt, supersedes?: string): Promise<Enrolment | 'overtaken'> {
  const { message, endpoint, ports, now } = attempt
  const request = readEnrolmentRequest(message, endpoint, attempt.signer, now)
  const challengeUse = await judge(request)
  await secondCertificate(request, ports.inventory)
  const order = prepareOrder(request)
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
  if (!endpoint.authority.inProcess) {
    const begun = await ports.ledger.begin(transaction, order)
    if (begun.status === 'conflict') return yieldTo(attempt, begun.on)
    return signAndFinish(attempt, transaction.uuid, order)
  }
  const certificate = await certify(attempt, order)
  const issued = await ports.ledger.issue(transaction, certificate)
  if (issued.status === 'conflict') return yieldTo(attempt, issued.on)
  return {
    status: 'issued',
    certificate: issued.certificate ?? certificate.der,
    transaction: transaction.uuid,
    repeated: false,
  }
}

function prepareOrder({ message, endpoint, subject, subjectAltNames, now }: EnrolmentRequest): PreparedCertificate {
  return endpoint.authority.prepare({ raProfile: endpoint.raProfile, subject, subjectAltNames, csr: message.csr, now })
}

/** Signs what an earlier message recorded and did not live to see signed. */
function complete(attempt: Attempt, known: KnownTransaction): Promise<Enrolment | 'overtaken'> {
  if (known.ordered === undefined) throw new Unavailable('an ordered transaction without its TBS')
  return signAndFinish(attempt, known.uuid, prepared(known.ordered))
}

/** The loser of two that sign the same TBS throws its signature away and answers with the winner's. */
async function signAndFinish(
  attempt: Attempt,
  uuid: string,
  order: PreparedCertificate,
): Promise<Enrolment | 'overtaken'> {
  const certificate = await certify(attempt, order)
  const finished = await attempt.ports.ledger.finish(uuid, certificate, attempt.now)
  if (finished.status === 'conflict') return 'overtaken'
  return { status: 'issued', certificate: finished.certificate ?? certificate.der, transaction: uuid, repeated: false }
}

async function certify(
  { message, endpoint, signer, now }: Attempt,
  order: PreparedCertificate,
): Promise<NewCertificate> {
  let der: Buffer
  try {
    der = await endpoint.authority.sign(order.tbs, order.issuerId)
  } catch (cause) {
    throw new Unavailable('the authority could not sign', { cause })
  }
  return {
    uuid: uuidV7(now),
    der,
    digest: createHash('sha256').update(der).digest(),
    keyDigest: message.csr.publicKey.digest(),
    prepared: order,
    ...(signer.renews === undefined ? {} : succession(signer.renews.entry.uuid, endpoint.scepProfile, now)),
  }
}

/** Another message was faster. Whether it was one of the same transaction, only a second look can tell. */
async function yieldTo(
  attempt: Attempt,
  on: 'transaction' | 'challenge' | 'configuration' | 'state',
): Promise<'overtaken'> {
  if (on === 'configuration') throw new ConfigurationChanged('the configuration changed while the request was judged')
  if (on === 'challenge' && (await attempt.ports.ledger.find(attempt.identity)) === undefined) {
    const detail = 'the challenge was used up by another request at the same moment'
    throw new ScepError('challenge_refused', { detail, cause: new ChallengeReused(detail) })
  }
  return 'overtaken'
}
