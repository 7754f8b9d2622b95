import type { RequestCaCertificate } from '@chancery/api'
import { caRequest, generateKey, keyKindOf } from '@chancery/ca'
import { parseCertificate, parseCertificationRequest, softwareSigningKey } from '@chancery/pki'
import type { AuthorityRecord, Configuration, ConfigurationEdit } from '@chancery/ra'
import { exported } from '../../installation/ra-certificate.ts'
import { raPlaces } from '../../rollover/ra-places.ts'
import { generationOf } from '../../rollover/stepping-back.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { subjectOf } from './new-ca.ts'

/**
 * A key for a CA that another one is to certify: with the name and the kind of key of the current one, or of the request
 * that it replaces, unless others are asked for.
 * @throws {AdminRefusal} 409, or 422 with every fault
 */
export async function decideRequest(
  configuration: Configuration,
  authority: AuthorityRecord,
  { subject, keyType, replace = false }: RequestCaCertificate,
): Promise<ConfigurationEdit[]> {
  const { uuid: authorityUuid, name, kind, requestedCsr } = authority
  if (kind !== 'built-in') throw new AdminRefusal(409, [`Authority "${name}" has its CA elsewhere.`])
  if (requestedCsr !== undefined && !replace) {
    throw new AdminRefusal(409, [
      'A request waits for its certificate already. Bring the certificate, or send replace: true to destroy its key and make another.',
    ])
  }
  if (generationOf(authority, configuration, 'next') !== undefined) {
    throw new AdminRefusal(409, ['A next CA is prepared already. Activate it, or withdraw it first.'])
  }
  const current = generationOf(authority, configuration, 'current')
  const before = current === undefined ? undefined : parseCertificate(current.certificate)
  const model = before ?? (requestedCsr === undefined ? undefined : parseCertificationRequest(requestedCsr))
  const wanted = subject === undefined && model !== undefined ? model.subject : subjectOf('subject', subject)
  const keyKind = keyType ?? (model === undefined ? undefined : keyKindOf(model.publicKey))
  const isOwnRa =
    current !== undefined && raPlaces(configuration, authority, current).some(({ raSubject }) => raSubject === 'issuer')
  const faults = [
    ...(typeof wanted === 'string' ? [wanted] : []),
    ...(keyKind === undefined
      ? ['keyType is missing: the key of the current CA is of a kind that is not made here.']
      : []),
    ...(isOwnRa && before?.publicKey.type === 'rsa' && keyKind?.startsWith('rsa-') === false ? [OPENS_MESSAGES] : []),
  ]
  if (faults.length > 0 || typeof wanted === 'string' || keyKind === undefined) throw new AdminRefusal(422, faults)
  const privateKey = await generateKey(keyKind)
  const csr = await caRequest({ subject: wanted, key: softwareSigningKey(privateKey), isOwnRa })
  return [{ edit: 'requestIssuer', authorityUuid, csr, privateKey: exported(privateKey) }]
}

const OPENS_MESSAGES = 'keyType must be RSA: the CA opens the messages of devices itself.'
