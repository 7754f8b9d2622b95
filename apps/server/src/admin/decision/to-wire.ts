import type { Decision, DecisionDetails } from '@chancery/api'
import type { Configuration, DecisionRecord } from '@chancery/ra'
import { pageFor, sentenceOf } from './sentence.ts'

export function decisionToWire(record: DecisionRecord, { scepProfiles, raProfiles }: Configuration): Decision {
  return {
    uuid: record.uuid,
    at: record.at.toISOString(),
    correlationId: record.correlationId === '' ? null : record.correlationId,
    endpoint: record.endpoint,
    scepProfile: nameOf(scepProfiles, record.scepProfileId),
    raProfile: nameOf(raProfiles, record.raProfileId),
    messageType: record.messageType,
    outcome: record.outcome,
    reason: record.reason,
    failInfo: record.failInfo,
    sentence: sentenceOf(record),
    see: pageFor(record),
    transactionUuid: record.transaction,
    transactionId: record.transactionId,
    certificateUuid: record.certificate,
    challengeUuid: record.challenge,
    subject: record.subject,
    client: record.client,
    peer: record.peer,
    count: record.count,
  }
}

export function detailsToWire(record: DecisionRecord, configuration: Configuration): DecisionDetails {
  const { checks, vouched, status, milliseconds, octets, userAgent, habits, signer, algorithms, legacy } = record.detail
  return {
    ...decisionToWire(record, configuration),
    checks: checks.map(({ check, verdict, detail }) => ({ check, verdict, detail: detail ?? null })),
    vouchedBy: vouched ?? null,
    status: status ?? null,
    milliseconds: milliseconds ?? { open: null, decide: null, seal: null, total: null },
    octets: octets ?? null,
    userAgent: userAgent ?? null,
    habits: habits ?? null,
    signer: signer ?? null,
    algorithms: { ...algorithms },
    legacyAlgorithms: [...(legacy ?? [])],
  }
}

export function nameOf(
  profiles: readonly { readonly id: number; readonly name: string }[],
  id: number | null,
): string | null {
  return profiles.find((profile) => profile.id === id)?.name ?? null
}
