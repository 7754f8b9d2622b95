import { generalNameToText, type Name, sameName, subjectAltNames } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import { type EnrolmentRequest, templateSubject } from '../enrolment-request.ts'
import type { RenewedCertificate } from '../signer.ts'
import { issuedNames } from '../template/names.ts'
import type { Check } from './check.ts'

const DAY = 86_400_000

/**
 * A certificate of ours vouches for its successor, and for nothing else: the same identity, at the same service, in its
 * time (RFC 8894 §2.5, security S9). It was found in the inventory byte for byte and is not revoked.
 */
export const renewalRules: Check = (request) => {
  const { renews } = request
  if (renews === undefined) return
  const broken = RULES.map((rule) => rule(renews, request)).find((detail) => detail !== undefined)
  if (broken !== undefined) throw new ScepError('renewal_refused', { detail: broken })
}

type Rule = (renews: RenewedCertificate, request: EnrolmentRequest) => string | undefined

const RULES: readonly Rule[] = [sameService, inItsTime, sameSubject, noNewNames, noDroppedNames, anotherKey]

/** Issued by this endpoint's authority, and through this RA profile or through this very address (S9, S-2.5-03). */
function sameService({ entry }: RenewedCertificate, { endpoint }: EnrolmentRequest): string | undefined {
  if (!endpoint.issuerIds.has(entry.issuerId)) return 'the certificate is of another authority'
  const isHere = entry.raProfileId === endpoint.raProfile.id || entry.endpoint === endpoint.address
  return isHere ? undefined : 'the certificate was issued through another RA profile'
}

/** Valid, or within its grace, and near enough to its end (S-2.3-13, S-2.5-04). */
function inItsTime({ certificate }: RenewedCertificate, { endpoint, now }: EnrolmentRequest): string | undefined {
  const { notBefore, notAfter } = certificate
  const { renewal, renewalThresholdDays: days } = endpoint.scepProfile
  if (now < notBefore) return `the certificate is not valid before ${notBefore.toISOString()}`
  const last = new Date(notAfter.getTime() + renewal.graceDays * DAY)
  if (now > last) {
    const grace = renewal.graceDays === 0 ? '' : `; it could be renewed until ${last.toISOString()}`
    return `the certificate expired on ${notAfter.toISOString()}${grace}`
  }
  const half = (notBefore.getTime() + notAfter.getTime()) / 2
  const from = days === null || days === 0 ? half : notAfter.getTime() - days * DAY
  return now.getTime() >= from ? undefined : `it may be renewed from ${new Date(from).toISOString()} on`
}

/** As it was certified, or as the device asks for it and the template of the profile would make the same of it. */
function sameSubject({ certificate }: RenewedCertificate, request: EnrolmentRequest): string | undefined {
  const isSame =
    sameName(certificate.subject, request.message.csr.subject) || makesSubject(certificate.subject, request)
  return isSame ? undefined : 'the request is for another subject'
}

function makesSubject(certified: Name, { message, endpoint, subjectAltNames: names }: EnrolmentRequest): boolean {
  try {
    return sameName(certified, templateSubject(message, endpoint, names))
  } catch (error) {
    if (error instanceof ScepError) return false
    throw error
  }
}

/** Whatever the profile says: names are not added. */
function noNewNames({ certificate }: RenewedCertificate, request: EnrolmentRequest): string | undefined {
  const old = new Set(subjectAltNames(certificate).map(generalNameToText))
  const added = request.subjectAltNames.map(generalNameToText).filter((name) => !old.has(name))
  return added.length === 0 ? undefined : `${added.length} of the names are not in the certificate`
}

/** Only where the profile wants the names to stay the same. */
function noDroppedNames({ certificate }: RenewedCertificate, request: EnrolmentRequest): string | undefined {
  if (request.endpoint.scepProfile.renewal.names === 'subset') return undefined
  const kept = new Set(issuedNames(request).map(generalNameToText))
  const dropped = subjectAltNames(certificate).filter((name) => !kept.has(generalNameToText(name)))
  return dropped.length === 0
    ? undefined
    : `${dropped.length} of the names of the certificate are missing, and the profile wants all of them`
}

/** Only where the profile wants a new key. */
function anotherKey({ certificate }: RenewedCertificate, { message, endpoint }: EnrolmentRequest): string | undefined {
  if (endpoint.scepProfile.renewal.key === 'any') return undefined
  const same = certificate.publicKey.digest().equals(message.csr.publicKey.digest())
  return same ? 'the key is the one of the certificate, and the profile wants a new one' : undefined
}
