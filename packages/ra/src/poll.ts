import { type PollMessage, REASONS, ScepError } from '@chancery/scep'
import type { Endpoint } from './endpoint.ts'
import type { Enrolment } from './enrolment.ts'
import { complete } from './finish.ts'
import { identify } from './identity.ts'
import type { CertificateInventory, TransactionLedger } from './ports.ts'
import { findSigner, type Signer } from './signer.ts'
import { isTooLate, isVoid } from './standing.ts'
import type { KnownTransaction } from './transaction.ts'
import { Unavailable } from './unavailable.ts'

export interface PollPorts {
  readonly ledger: TransactionLedger
  readonly inventory: CertificateInventory
}

/** How often a poll looks again after another message of the same transaction got ahead of it. */
const ROUNDS = 4

/**
 * What became of an enrolment (RFC 8894 §4.4). Only who signed the request hears of it: whoever polls with another key is
 * answered as if there were no such transaction, for transactionIDs can be guessed (S-5.2-09). A poll makes nothing new;
 * it signs at most what was ordered before.
 * @throws {ScepError} the answer is FAILURE
 * @throws {Unavailable} our own fault; nothing is lost, the device may ask again
 */
export async function poll(message: PollMessage, endpoint: Endpoint, ports: PollPorts, now: Date): Promise<Enrolment> {
  const signer = await findSigner(message.signer, ports.inventory)
  if (signer === undefined) throw unknown('signed with a certificate that was not issued here')
  for (let round = 0; round < ROUNDS; round++) {
    const found = await findOwn(message, signer, endpoint, ports)
    if (found === undefined) throw unknown('nobody with this key has asked here under this transactionID')
    const answer = await answerOf(found.known, { signer: found.signer, endpoint, ports, now })
    if (answer !== 'overtaken') return answer
  }
  throw new Unavailable('other messages of the same transaction kept getting ahead')
}

/**
 * A certificate of ours asks for its renewal, unless its request counted as a first one of its key (S-2.5-06), or the
 * device signs with it what it began with a certificate of its own making: the key is the same.
 */
async function findOwn(
  { transactionId }: PollMessage,
  signer: Signer,
  { address }: Endpoint,
  { ledger }: PollPorts,
): Promise<{ known: KnownTransaction; signer: Signer } | undefined> {
  const { renews } = signer
  const asOwnKey = renews && {
    kind: 'initial' as const,
    digest: renews.certificate.publicKey.digest(),
    renews: undefined,
  }
  for (const one of asOwnKey === undefined ? [signer] : [signer, asOwnKey]) {
    const known = await ledger.find(identify(address, transactionId, one))
    if (known !== undefined) return { known, signer: one }
  }
  return undefined
}

interface Polled {
  readonly signer: Signer
  readonly endpoint: Endpoint
  readonly ports: PollPorts
  readonly now: Date
}

async function answerOf(known: KnownTransaction, polled: Polled): Promise<Enrolment | 'overtaken'> {
  const { uuid, state } = known
  switch (state) {
    case 'received':
    case 'awaiting_approval':
      if (isTooLate(known, polled.now)) throw new ScepError('approval_expired')
      return { status: 'pending', transaction: uuid }
    case 'ordered':
      return sign(known, polled)
    case 'issued':
      return handOut(known, polled)
    case 'failed':
      throw new ScepError('issue_failed', { detail: `transaction ${uuid} failed` })
    case 'denied':
    case 'refused':
      throw denied(known)
  }
}

async function sign(known: KnownTransaction, polled: Polled): Promise<Enrolment | 'overtaken'> {
  const { signer, endpoint, ports, now } = polled
  requireProfile(known, polled)
  if (isVoid(known, now)) {
    await ports.ledger.abandon(known.uuid, now)
    return 'overtaken'
  }
  const predecessor = signer.renews?.entry.uuid
  const signed = await complete(known, {
    endpoint,
    ledger: ports.ledger,
    keyDigest: known.csrKeyDigest,
    predecessor,
    now,
  })
  return signed === 'overtaken' || signed.status !== 'issued' ? signed : { ...signed, ...passwordOf(known) }
}

/** The same certificate as often as it is asked for: whether a reply arrived, nobody tells (RFC 8894 §7.4). */
function handOut(known: KnownTransaction, polled: Polled): Enrolment {
  const { uuid, certificate } = known
  if (certificate === undefined) throw unknown(`the certificate of transaction ${uuid} is not known any more`)
  requireProfile(known, polled)
  if (certificate.revoked) {
    throw new ScepError('enrolment_refused', { detail: `the certificate of transaction ${uuid} was revoked` })
  }
  return { status: 'issued', certificate: certificate.der, transaction: uuid, repeated: true, ...passwordOf(known) }
}

/** Decided again for a second answer as for a first one (design, rule 2). */
function requireProfile({ raProfileId }: KnownTransaction, { endpoint }: Polled): void {
  if (endpoint.enabledRaProfileIds.has(raProfileId)) return
  throw new ScepError('enrolment_refused', { detail: 'the RA profile of the transaction is switched off' })
}

function passwordOf({ challenge }: KnownTransaction): Pick<Extract<Enrolment, { status: 'issued' }>, 'password'> {
  return challenge === undefined ? {} : { password: challenge }
}

/** A poll that is refused is a badRequest, whichever rule it was that the request broke (S-4.4-03). */
function denied({ uuid, reason }: KnownTransaction): ScepError {
  const isBadRequest = reason !== undefined && REASONS[reason]?.failInfo === 'badRequest'
  return new ScepError(isBadRequest ? reason : 'enrolment_refused', {
    detail: `transaction ${uuid} was denied: ${reason}`,
  })
}

function unknown(detail: string): ScepError {
  return new ScepError('transaction_unknown', { detail })
}
