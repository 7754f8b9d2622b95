import { releaseCertificate, revokeCertificate } from '@chancery/api'
import { type AuditOf, type CertificateRecord, isHold, type Revocation, release, revoke } from '@chancery/ra'
import type { FastifyInstance } from 'fastify'
import { actorOf } from '../../audit/admin-event.ts'
import { revocationEvents } from '../../audit/revocation-events.ts'
import { type Asking, belongsTo, requireReach } from '../../auth/reach.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { type Ask, type Served, serve } from '../serve.ts'
import { certificateToWire } from './to-wire.ts'

const MISSING = 'There is no certificate with this UUID.'

/** Revoking, and lifting what was revoked for the time being. */
export function revocationRoutes(scope: FastifyInstance, served: Served): void {
  const { store, snapshots, log, now } = served.context

  /** @throws {AdminRefusal} where it is none of the caller's profiles */
  const inReach = async (uuid: string, asking: Asking): Promise<{ readonly uuid: string }> => {
    const [certificate] = await store.revocations.find({ uuid: uuid.toLowerCase() })
    if (certificate === undefined) throw new AdminRefusal(404, [MISSING])
    const { configuration } = await snapshots.current()
    requireReach(asking, 'certificate.read', belongsTo(certificate, configuration), MISSING)
    return certificate
  }

  serve(scope, served, revokeCertificate, {
    async handle(ask) {
      const { uuid } = await inReach(ask.params.uuid, ask)
      const revocation: Revocation = { at: now(), reason: ask.body.reason ?? 'unspecified' }
      const outcome = await revoke({ uuid }, revocation, store.revocations, auditOf(ask, revocation))
      if (outcome.status === 'already') throw already(outcome.revocation, revocation)
      if (outcome.status !== 'revoked') throw new AdminRefusal(404, [MISSING])
      noteInLog(outcome.certificate, ask, isHold(revocation) ? 'certificate on hold' : 'certificate revoked')
      return certificateToWire(outcome.certificate)
    },
  })

  serve(scope, served, releaseCertificate, {
    async handle(ask) {
      const { uuid } = await inReach(ask.params.uuid, ask)
      const outcome = await release({ uuid }, now(), store.revocations, auditOf(ask, undefined))
      if (outcome.status === 'not_held') throw notHeld(outcome.certificate)
      if (outcome.status !== 'released') throw new AdminRefusal(404, [MISSING])
      noteInLog(outcome.certificate, ask, 'certificate released')
      return certificateToWire(outcome.certificate)
    },
  })

  function auditOf({ caller }: Pick<Ask<unknown>, 'caller'>, after: Revocation | undefined): AuditOf {
    return revocationEvents(actorOf(caller), after, now())
  }

  function noteInLog(certificate: CertificateRecord, { caller }: Pick<Ask<unknown>, 'caller'>, what: string): void {
    const { uuid, issuerId, serial, revocation } = certificate
    log.info({ certificate: uuid, issuer: issuerId, serial, reason: revocation?.reason, by: caller.name }, what)
  }
}

function already({ at, reason }: Revocation, wanted: Revocation): AdminRefusal {
  const when = at.toISOString()
  return new AdminRefusal(409, [
    isHold({ reason }) && isHold(wanted)
      ? `This certificate has been on hold since ${when}. Release it, or revoke it for good with another reason.`
      : `This certificate was revoked at ${when} with reason ${reason}; that stays as it is.`,
  ])
}

function notHeld({ revocation }: CertificateRecord): AdminRefusal {
  return new AdminRefusal(409, [
    revocation === undefined
      ? 'This certificate is not on hold: it is not revoked.'
      : `This certificate is not on hold: it was revoked for good at ${revocation.at.toISOString()} with reason ${revocation.reason}.`,
  ])
}
