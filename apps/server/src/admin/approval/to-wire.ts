import { hash } from 'node:crypto'
import type { Approval, ApprovalState } from '@chancery/api'
import {
  type CertificationRequest,
  generalNameToText,
  nameToText,
  parseCertificate,
  parseCertificationRequest,
  sameName,
  subjectAltNames,
} from '@chancery/pki'
import {
  type CertificateRecord,
  type Configuration,
  consentsThatCount,
  DEFAULT_APPROVAL_RULE,
  requestedNames,
  type WaitingRequest,
} from '@chancery/ra'
import { keyText } from '../../log/key-text.ts'
import { printable } from '../../log/printable.ts'

/** A request as a person who has to decide sees it; it says what a certificate would be made of, and what vouches for it. */
export function approvalToWire(
  waiting: WaitingRequest,
  { scepProfiles, raProfiles }: Configuration,
  renewed: CertificateRecord | undefined,
  now: Date,
): Approval {
  const { uuid, kind, subject, endpoint, authenticated, csr: der, decision } = waiting
  const csr = der === undefined ? undefined : parseCertificationRequest(der)
  const raProfile = raProfiles.find(({ id }) => id === waiting.raProfileId)
  const rule = raProfile?.approval ?? DEFAULT_APPROVAL_RULE
  return {
    uuid,
    state: stateOf(waiting, now),
    kind,
    subject,
    transactionId: printable(waiting.transactionId, 255),
    endpoint,
    scepProfile: scepProfiles.find(({ id }) => id === waiting.scepProfileId)?.name ?? null,
    raProfile: raProfile?.name ?? null,
    authenticated,
    requestedBy: waiting.requestedBy ?? null,
    source: waiting.source ?? null,
    since: waiting.since.toISOString(),
    expiresAt: waiting.expiresAt?.toISOString() ?? null,
    requested: csr === undefined ? null : requested(csr),
    renews: renewed === undefined ? null : renews(renewed, csr),
    certificateUuid: waiting.certificateUuid ?? null,
    reason: waiting.reason ?? null,
    approvalsGiven: consentsThatCount(waiting.approvals, rule).map(({ by, at, comment }) => ({
      by,
      at: at.toISOString(),
      comment,
    })),
    approvalsNeeded: rule.approvals,
    approvalRole: rule.role,
    decision:
      decision === undefined
        ? null
        : {
            decision: decision.decision,
            by: decision.by,
            at: decision.at.toISOString(),
            comment: decision.comment,
          },
  }
}

function stateOf({ state, reason, expiresAt }: WaitingRequest, now: Date): ApprovalState {
  switch (state) {
    case 'received':
    case 'awaiting_approval':
      // What is too late is over, whether or not the job has written that down.
      return expiresAt !== undefined && now >= expiresAt ? 'expired' : 'waiting'
    case 'ordered':
    case 'issued':
    case 'failed':
      return state
    case 'denied':
    case 'refused':
      return reason === 'approval_expired' ? 'expired' : 'denied'
  }
}

function requested(csr: CertificationRequest): NonNullable<Approval['requested']> {
  return {
    subjectAltNames: requestedNames(csr).map(generalNameToText),
    key: keyText(csr.publicKey),
    keyFingerprint: csr.publicKey.digest().toString('hex'),
    csrFingerprint: hash('sha256', csr.der, 'hex'),
  }
}

function renews(record: CertificateRecord, csr: CertificationRequest | undefined): NonNullable<Approval['renews']> {
  const certificate = parseCertificate(record.der)
  return {
    uuid: record.uuid,
    state: record.state,
    subject: nameToText(certificate.subject),
    serialNumber: record.serial,
    notAfter: record.notAfter.toISOString(),
    fingerprint: certificate.digest().toString('hex'),
    differences: csr === undefined ? [] : differences(certificate, csr),
  }
}

function differences(certificate: ReturnType<typeof parseCertificate>, csr: CertificationRequest): string[] {
  const before = subjectAltNames(certificate).map(generalNameToText)
  const after = requestedNames(csr).map(generalNameToText)
  const sameKey = certificate.publicKey.digest().equals(csr.publicKey.digest())
  return [
    sameKey ? 'The key stays the same.' : 'The key is a new one.',
    ...(sameName(certificate.subject, csr.subject) ? [] : ['The subject is another one.']),
    ...before.filter((name) => !after.includes(name)).map((name) => `${name} is dropped.`),
    ...after.filter((name) => !before.includes(name)).map((name) => `${name} is added.`),
  ]
}
