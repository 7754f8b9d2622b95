import { createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  type AuditEvent,
  type Configuration,
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_KEY_RULES,
  DEFAULT_SUBJECT_RULES,
  type Decision,
  type DecisionRecord,
  type FirstInstallation,
  type Identity,
  type NewCertificate,
  type NewChallenge,
  type NewTransaction,
  type NewWaiting,
  type PreparedCertificate,
  Secret,
  uuidV7,
} from '@chancery/ra'
import { RA_PRIVATE_KEY } from './ra-private-key.ts'

/** Values for tests: to the store a certificate is bytes, so these are random ones; only the RA's key is one. */

export const NOW = new Date('2026-03-01T12:00:00.000Z')
export const STATIC_CHALLENGE = 'a static challenge that must not be found'

export function sampleInstallation(): FirstInstallation {
  const privateKey = { kind: 'software', pkcs8: RA_PRIVATE_KEY } as const
  return {
    authority: { uuid: randomUUID(), name: 'default', kind: 'built-in' },
    issuer: { certificate: Buffer.from('ca certificate'), chain: [Buffer.from('root')], privateKey: caKey() },
    raProfile: {
      uuid: randomUUID(),
      name: 'default',
      description: null,
      enabled: true,
      certificate: DEFAULT_CERTIFICATE_SETTINGS,
      subject: DEFAULT_SUBJECT_RULES,
      keys: DEFAULT_KEY_RULES,
    },
    scepProfile: {
      uuid: randomUUID(),
      name: 'default',
      description: 'of the first start',
      enabled: true,
      isDefault: true,
      challengeKind: 'one-time',
      staticChallenge: new Secret(STATIC_CHALLENGE),
      compatibility: { profile: 'default', overrides: { singleDes: true } },
      includeCaCertificate: true,
      includeCaCertificateChain: false,
      renewalThresholdDays: null,
      allowPolling: false,
    },
    raCertificate: {
      uuid: randomUUID(),
      certificate: randomBytes(900),
      privateKey,
      ...sampleValidity(),
      serialNumber: randomBytes(16),
    },
  }
}

/** PKCS#8 of a key that no other test value contains. */
export const CA_PRIVATE_KEY = randomBytes(64)

function caKey() {
  return { kind: 'software', pkcs8: CA_PRIVATE_KEY } as const
}

export function sampleValidity() {
  return { notBefore: new Date(NOW.getTime() - 3_600_000), notAfter: new Date(NOW.getTime() + 365 * 86_400_000) }
}

export function sampleTransaction(configuration: Configuration, changes: Partial<NewTransaction> = {}): NewTransaction {
  return {
    uuid: randomUUID(),
    identity: sampleIdentity(),
    scepProfileId: configuration.scepProfiles[0]?.id ?? 0,
    raProfileId: configuration.raProfiles[0]?.id ?? 0,
    csrKeyDigest: randomBytes(32),
    csrContentDigest: randomBytes(32),
    configurationVersion: configuration.version,
    now: NOW,
    ...changes,
  }
}

export function sampleIdentity(): Identity {
  return {
    endpoint: 'scepProfile/default',
    kind: 'initial',
    transactionId: 'odd \u0000 but possible' as Identity['transactionId'],
    signerDigest: randomBytes(32),
    digest: randomBytes(32),
  }
}

export function samplePrepared(configuration: Configuration): PreparedCertificate {
  return {
    issuerId: configuration.issuers[0]?.id ?? 0,
    serialNumber: randomBytes(16),
    tbs: randomBytes(700),
    subject: 'CN=printer1,O=Example',
    subjectAltNames: ['DNS:printer1.example', 'DNS:odd\u0000name'],
    ...sampleValidity(),
  }
}

export function sampleCertificate(prepared: PreparedCertificate): NewCertificate {
  const der = randomBytes(1000)
  return {
    uuid: randomUUID(),
    der,
    digest: createHash('sha256').update(der).digest(),
    keyDigest: randomBytes(32),
    prepared,
  }
}

export function sampleIssueEvent({ uuid, prepared }: NewCertificate): AuditEvent {
  return {
    uuid: randomUUID(),
    at: NOW,
    actor: { kind: 'device', name: 'the digest of a key' },
    action: 'certificate.issue',
    object: { kind: 'certificate', uuid, name: prepared.subject },
    outcome: 'done',
    detail: {},
  }
}

/** @param changes its time is that of the UUID */
export function sampleRecord(changes: Partial<DecisionRecord> = {}): DecisionRecord {
  const { at = NOW } = changes
  return {
    uuid: uuidV7(at),
    at,
    correlationId: randomBytes(6).toString('hex'),
    endpoint: 'scepProfile/default',
    scepProfileId: 1,
    raProfileId: 1,
    messageType: 'PKCSReq',
    outcome: 'refused',
    reason: 'challenge_refused',
    failInfo: 'badRequest',
    transaction: null,
    transactionId: 'T-1',
    certificate: null,
    challenge: null,
    subject: 'CN=printer1',
    client: null,
    peer: '192.0.2.7',
    count: 1,
    detail: { checks: [{ check: 'challenge', verdict: 'refused', detail: 'unknown' }] },
    ...changes,
  }
}

export function sampleWaiting(changes: Partial<NewWaiting> = {}): NewWaiting {
  return {
    csr: Buffer.from('a certification request with its challenge in it'),
    challenge: undefined,
    subject: 'CN=printer1',
    issuerId: 1,
    predecessor: undefined,
    source: '192.0.2.7',
    expiresAt: new Date(NOW.getTime() + 14 * 86_400_000),
    authenticated: true,
    caps: undefined,
    ...changes,
  }
}

export function sampleDecision(changes: Partial<Decision> = {}): Decision {
  return { uuid: randomUUID(), decision: 'approved', comment: null, by: 'alice', role: 'approver', at: NOW, ...changes }
}

export function sampleChallenge(configuration: Configuration, changes: Partial<NewChallenge> = {}): NewChallenge {
  return {
    uuid: randomUUID(),
    scepProfileId: configuration.scepProfiles[0]?.id ?? 0,
    challenge: new Secret(randomBytes(16).toString('hex')),
    uses: 1,
    expiresAt: new Date(NOW.getTime() + 3_600_000),
    subject: null,
    subjectAltNames: null,
    maker: 'local socket',
    isPassword: false,
    ...changes,
  }
}
