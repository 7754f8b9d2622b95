import { toldIssuer } from '@chancery/connectors'
import { parseCertificate } from '@chancery/pki'
import {
  type AuditOf,
  type Configuration,
  type Fulfilment,
  fulfil,
  issuerNames,
  type RecordedWish,
  type Revocation,
  revocationReasonOf,
  type ScepProfile,
  type WishScene,
} from '@chancery/ra'
import type { Logger } from 'pino'
import { revocationEvents } from '../../audit/revocation-events.ts'
import { type Connection, namesOf } from './connections.ts'
import { profileOf } from './profile-of.ts'
import type { Tally } from './tally.ts'
import type { Work } from './work-on.ts'

const AT_A_TIME = 100

/** Every wish that is recorded and not decided: those just collected, and those that a run before was about to decide. */
export async function decideReceived(connection: Connection, work: Work, tally: Tally): Promise<void> {
  const { context, lease, stopping, configuration } = work
  const { wishes } = context.store
  const ledger = wishes.ledger(lease)
  const scene = sceneOf(connection, work)
  for (;;) {
    const some = await wishes.received(connection.voucher, AT_A_TIME)
    if (some.length === 0) return
    for (const wish of some) {
      if (stopping.aborted) return
      const fulfilment = await fulfil(wish, scene, ledger)
      const profile = nameOf(fulfilment, connection, configuration)
      tally.count(fulfilment, profile)
      noteInLog(wish, fulfilment, profile, context.log)
    }
  }
}

function sceneOf({ profiles }: Connection, { configuration, context, lease }: Work): WishScene {
  const issuers = configuration.issuers.map(({ id, certificate, privateKey }) => ({
    id,
    certificate,
    toldAs: toldIssuer({ issuer: parseCertificate(certificate).subject }),
    isOurs: privateKey.kind !== 'elsewhere',
  }))
  const rule = (profile: ScepProfile | undefined) => (profile?.intune ?? profiles[0]?.intune)?.revocationReason ?? 0
  return {
    issuers: issuerNames(issuers),
    reasonFor: (certificate) => revocationReasonOf(rule(profileOf(certificate, configuration))),
    auditFor: (revocation) => auditOf(lease.name, revocation),
    now: context.now,
  }
}

function auditOf(job: string, revocation: Revocation): AuditOf {
  const events = revocationEvents({ kind: 'job', name: job }, revocation, revocation.at)
  return (before) =>
    events(before).map((event) => ({ ...event, detail: { ...event.detail, wantedBy: 'Microsoft Intune' } }))
}

/** Of the profile through which the certificate came; a wish without one belongs to all of the connection. */
function nameOf(fulfilment: Fulfilment, { profiles }: Connection, configuration: Configuration): string {
  const found = 'certificate' in fulfilment ? profileOf(fulfilment.certificate, configuration) : undefined
  return found?.name ?? namesOf(profiles)
}

function noteInLog(wish: RecordedWish, fulfilment: Fulfilment, scepProfile: string, log: Logger): void {
  const { serialNumber, issuerName } = wish
  const about = { scepProfile, serial: serialNumber, issuer: issuerName }
  if ('certificate' in fulfilment) {
    const { uuid: certificate, revocation } = fulfilment.certificate
    const { code, message } = fulfilment.result
    const fields = { ...about, certificate, reason: revocation?.reason }
    if (fulfilment.status === 'revoked') log.info(fields, 'certificate revoked as Intune wants')
    if (code !== 0)
      log.warn({ ...fields, code, why: message }, 'the CA of a certificate that Intune takes back is not ours')
  } else if (fulfilment.status === 'refused') {
    const { code, message } = fulfilment.result
    log.warn({ ...about, code, why: message }, 'a revocation that Intune wants is refused')
  } else if (fulfilment.status === 'failed') {
    const { code } = fulfilment.result
    log.error({ ...about, code, err: fulfilment.error }, 'a revocation that Intune wants failed; it is offered again')
  } else if (wish.formerly !== fulfilment.why) {
    // Offered again every hour, and left alone each time: said once.
    log.info({ ...about, why: fulfilment.why }, 'a revocation that Intune wants is left alone')
  }
}
