import type { RaProfileCheck, RaProfileVerdict } from '@chancery/api'
import type { Certificate, CertificationRequest } from '@chancery/pki'
import { type AskedFor, type Configuration, examine, findSigner, type RaProfile, type Signer } from '@chancery/ra'
import { keyTransactionId, ScepError } from '@chancery/scep'
import type { Asking } from '../../auth/reach.ts'
import type { ServerContext } from '../../context.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { readPastedCertificate, readPastedCsr } from '../pasted.ts'
import { scepProfileToCheck } from './check-scep-profile.ts'
import { examinationToWire } from './check-to-wire.ts'
import { templateChange, templateFaults } from './template.ts'

/**
 * What would become of a request. A challenge in it is not looked at: it would tell whoever may only read which ones are good.
 * @param find the RA profile that is meant, in the configuration of now; throws 404
 * @throws {AdminRefusal} 422 with every fault
 */
export async function checkRequest(
  context: Pick<ServerContext, 'snapshots' | 'store' | 'now'>,
  { caller }: Pick<Asking, 'caller'>,
  find: (configuration: Configuration) => RaProfile,
  body: RaProfileCheck,
): Promise<RaProfileVerdict> {
  const snapshot = await context.snapshots.current()
  const now = context.now()
  const saved = find(snapshot.configuration)
  const scepProfile = scepProfileToCheck(
    { caller, permission: 'scepProfile.read' },
    snapshot.configuration,
    saved,
    body.scepProfileUuid,
  )
  const csr = readPastedCsr(body.csr)
  const certificate =
    body.certificate === undefined ? undefined : (readPastedCertificate(body.certificate) ?? 'unreadable')
  const faults = [
    ...(body.template === undefined ? [] : templateFaults(body.template, saved, now)),
    ...(csr === undefined ? ['csr is not a PKCS #10 request.'] : []),
    ...(certificate === 'unreadable' ? ['certificate is not a certificate.'] : []),
    ...(certificate === undefined && body.messageType === 'RenewalReq'
      ? ['certificate is missing: a RenewalReq is signed with the certificate that it renews.']
      : []),
  ]
  if (csr === undefined || certificate === 'unreadable' || faults.length > 0) throw new AdminRefusal(422, faults)
  const raProfile = body.template === undefined ? saved : { ...saved, ...templateChange(saved, body.template) }
  const endpoint = snapshot.examined(raProfile, scepProfile)
  if (endpoint === undefined) {
    throw new AdminRefusal(409, [`The authority of RA profile "${saved.name}" has no CA certificate.`])
  }
  const signer = await signerOf(csr, certificate, context)
  if ('refused' in signer) return signer.refused
  return examinationToWire(await examine(askedFor(csr, body), endpoint, signer, context.store.inventory, now))
}

/** As a client asks whose transactionID is a digest of its key, which is what most of them do. */
function askedFor(csr: CertificationRequest, { messageType = 'PKCSReq' }: RaProfileCheck): AskedFor {
  return { messageType, transactionId: keyTransactionId(csr.publicKey), csr, challengePassword: undefined }
}

/** With a certificate of ours it is a renewal, whatever its messageType; anybody's own certificate proves a key and no name. */
async function signerOf(
  csr: CertificationRequest,
  certificate: Certificate | undefined,
  { store }: Pick<ServerContext, 'store'>,
): Promise<Signer | { readonly refused: RaProfileVerdict }> {
  if (certificate === undefined) return { kind: 'initial', digest: csr.publicKey.digest(), renews: undefined }
  try {
    const signer = await findSigner({ certificate, selfSigned: false }, store.inventory)
    if (signer !== undefined) return signer
    throw new AdminRefusal(422, ['certificate was not issued here, so there is nothing to renew.'])
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
    return { refused: examinationToWire({ findings: [{ check: 'signer', error }], order: undefined }) }
  }
}
