import type { CertificationRequest } from '@chancery/pki'
import { keyTransactionId, ScepError } from '@chancery/scep'
import type { EnrolPorts } from './attempt.ts'
import type { AuditActor } from './audit-event.ts'
import type { Endpoint } from './endpoint.ts'
import { proceed } from './enrol.ts'
import type { Enrolment } from './enrolment.ts'
import { contentDigest } from './enrolment-request.ts'
import { identify } from './identity.ts'
import { NO_ORIGIN } from './origin.ts'
import { isProven } from './proof-of-possession.ts'
import { Trace } from './trace.ts'

/** What a person asks for over the administration. */
export interface PersonsRequest {
  readonly csr: CertificationRequest
  readonly requestedBy: AuditActor
}

/**
 * A certificate for a CSR that a person brings and vouches for, by the rules of the RA profile, and by way of an approval
 * where it asks for one. It is a transaction like a device's, of which the transactionID is the digest of the key: the same
 * CSR again gets the same certificate.
 * @throws {ScepError} a rule is broken
 * @throws {ConfigurationChanged} decide again on the newest configuration
 * @throws {Unavailable} our own fault; nothing is lost
 */
export async function enrolForPerson(
  { csr, requestedBy }: PersonsRequest,
  endpoint: Endpoint,
  ports: EnrolPorts,
  now: Date,
): Promise<Enrolment> {
  if (!isProven(csr)) throw new ScepError('bad_envelope', { detail: 'the signature of the request is not by its key' })
  const message = {
    messageType: 'PKCSReq',
    transactionId: keyTransactionId(csr.publicKey),
    csr,
    challengePassword: undefined,
  } as const
  const signer = { kind: 'initial', digest: csr.publicKey.digest(), renews: undefined } as const
  return proceed({
    message,
    replyPassword: undefined,
    endpoint,
    ports,
    signer,
    identity: identify(endpoint.address, message.transactionId, signer),
    content: contentDigest(message),
    now,
    origin: { ...NO_ORIGIN, peer: requestedBy.source },
    trace: new Trace(),
    requestedBy,
  })
}
