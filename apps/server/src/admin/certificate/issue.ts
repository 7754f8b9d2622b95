import type { IssuedCertificate } from '@chancery/api'
import { encodePem, parseCertificate } from '@chancery/pki'
import { ConfigurationChanged, type Enrolment, enrolForPerson, Unavailable } from '@chancery/ra'
import { ScepError } from '@chancery/scep'
import { actorOf } from '../../audit/admin-event.ts'
import type { Caller } from '../../auth/caller.ts'
import { requireReach } from '../../auth/reach.ts'
import type { ServerContext, Snapshot } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { readPastedCsr } from '../pasted.ts'
import { findRaProfile } from '../ra-profile/find.ts'

const ATTEMPTS = 3

/**
 * A certificate for what a person pasted.
 * @throws {AdminRefusal} 404, 409 with the rule that it breaks, 422, 503 where the authority cannot be had
 */
export async function issueForCaller(
  context: ServerContext,
  { raProfileUuid, csr: text }: { readonly raProfileUuid: string; readonly csr: string },
  caller: Caller,
): Promise<IssuedCertificate> {
  const csr = readPastedCsr(text)
  if (csr === undefined) throw new AdminRefusal(422, ['csr is not a PKCS #10 request.'])
  const asked = { csr, requestedBy: actorOf(caller) }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const snapshot = attempt === 0 ? await context.snapshots.current() : await context.snapshots.refresh()
    const { id, name } = findRaProfile(snapshot.configuration, raProfileUuid)
    const asking = { caller, permission: 'certificate.issue' as const }
    requireReach(asking, 'raProfile.read', { raProfile: name }, 'There is no RA profile with this UUID.')
    const endpoint = snapshot.forPeople(id)
    if (typeof endpoint === 'string') throw new AdminRefusal(409, [endpoint])
    try {
      const enrolment = await enrolForPerson(asked, endpoint, context.store, context.now())
      context.log.info(
        { transaction: enrolment.transaction, status: enrolment.status, raProfile: name, caller: caller.name },
        'certificate asked for',
      )
      return await toWire(enrolment, snapshot, context)
    } catch (error) {
      if (error instanceof ConfigurationChanged) continue
      throw refusalOf(error)
    }
  }
  throw new AdminRefusal(409, ['Somebody else is changing the configuration at this moment. Try again.'])
}

function refusalOf(error: unknown): unknown {
  if (error instanceof ScepError) {
    const because = error.detail ?? error.message
    return new AdminRefusal(409, [`No certificate: ${because} (docs/errors/${error.reason}.md).`])
  }
  if (error instanceof Unavailable) {
    return new AdminRefusal(503, ['The authority cannot issue at this moment. Nothing is lost: ask again.'], {
      'retry-after': '30',
    })
  }
  return error
}

async function toWire(
  enrolment: Enrolment,
  { configuration }: Snapshot,
  { store }: ServerContext,
): Promise<IssuedCertificate> {
  const { transaction: transactionUuid } = enrolment
  if (enrolment.status === 'pending') {
    return { state: 'pending', transactionUuid, certificateUuid: null, pem: null, chain: [] }
  }
  const certificate = parseCertificate(enrolment.certificate)
  const [record] = await store.revocations.find({ digest: certificate.digest() })
  const issuer = configuration.issuers.find(({ id }) => id === record?.issuerId)
  const above = issuer === undefined ? [] : [issuer.certificate, ...issuer.chain]
  return {
    state: 'issued',
    transactionUuid,
    certificateUuid: record?.uuid ?? null,
    pem: encodePem('CERTIFICATE', certificate.der),
    chain: above.map((der) => encodePem('CERTIFICATE', der)),
  }
}
