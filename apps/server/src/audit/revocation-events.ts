import { type AuditActor, type AuditOf, type CertificateRecord, isHold, type Revocation, uuidV7 } from '@chancery/ra'

/** What the audit log has of a change of a certificate's standing. @param after undefined: it is released */
export function revocationEvents(actor: AuditActor, after: Revocation | undefined, at: Date): AuditOf {
  return ({ uuid, subject, serial, revocation: before }: CertificateRecord) => [
    {
      uuid: uuidV7(at),
      at,
      actor,
      action: actionOf(after),
      object: { kind: 'certificate', uuid, name: subject ?? serial },
      outcome: 'done',
      detail: { serialNumber: serial, before: standing(before), after: standing(after) },
    },
  ]
}

function actionOf(after: Revocation | undefined): string {
  if (after === undefined) return 'certificate.release'
  return isHold(after) ? 'certificate.hold' : 'certificate.revoke'
}

function standing(revocation: Revocation | undefined): Readonly<Record<string, unknown>> {
  if (revocation === undefined) return { state: 'issued' }
  return { state: 'revoked', reason: revocation.reason, at: revocation.at.toISOString() }
}
