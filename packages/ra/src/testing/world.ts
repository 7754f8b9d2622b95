import {
  buildCertificationRequest,
  buildSubjectAltName,
  type GeneralName,
  type Name,
  nameFromText,
  parseCertificationRequest,
} from '@chancery/pki'
import { type EnrolmentMessage, type PollMessage, Secret, selfSignedSigner, type TransactionId } from '@chancery/scep'
import type { Endpoint } from '../endpoint.ts'
import { enrol } from '../enrol.ts'
import type { CertificateInventory, SigningAuthority } from '../ports.ts'
import {
  type ApprovalRule,
  DEFAULT_ACCESS_RULE,
  DEFAULT_APPROVAL_RULE,
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_KEY_RULES,
  DEFAULT_RA_CERTIFICATE_RULE,
  DEFAULT_RA_PROFILE_METADATA,
  DEFAULT_SCEP_PROFILE_METADATA,
  DEFAULT_SUBJECT_RULES,
  DEFAULT_WAITING_RULE,
  type WaitingRule,
} from '../profile.ts'
import { DEFAULT_ENROLMENT_RULE, DEFAULT_RENEWAL_RULE } from '../renewal-rule.ts'
import { DAY, NOW, rsaKey } from './certificate.ts'
import { MemoryOrders } from './memory-orders.ts'
import { MemoryRoll } from './memory-roll.ts'
import { MemoryVouched } from './memory-vouched.ts'

/** Devices, an authority, an endpoint and a roll, all made by hand, for tests of what is decided about a request. */

export const KEY_A = rsaKey(2048)
export const KEY_B = rsaKey(2048)

export async function message(
  options: {
    key?: typeof KEY_A
    /** Signs the message; left out: the key of the request. */
    signer?: typeof KEY_A
    subject?: string
    names?: GeneralName[]
    challenge?: string
    tid?: string
    selfSigned?: boolean
  } = {},
): Promise<EnrolmentMessage> {
  const key = options.key ?? KEY_A
  const subject = nameFromText(options.subject ?? 'CN=printer1')
  const csr = parseCertificationRequest(
    await buildCertificationRequest({
      subject,
      key,
      ...(options.challenge === '' ? {} : { challengePassword: options.challenge ?? 'right' }),
      extensions: options.names === undefined ? [] : [buildSubjectAltName(options.names, false)],
    }),
  )
  const transactionId = (options.tid ?? 'T-1') as TransactionId
  return {
    messageType: 'PKCSReq',
    transactionId,
    senderNonce: Buffer.alloc(16),
    signer: {
      certificate: await selfSignedSigner(subject, options.signer ?? key, NOW),
      selfSigned: options.selfSigned ?? true,
    },
    csr,
    challengePassword: options.challenge === '' ? undefined : new Secret(options.challenge ?? 'right'),
    replyTo: { transactionId, senderNonce: undefined, messageType: '19', digest: 'sha256' },
    legacy: [],
  }
}

/** An authority whose "signature" is the TBS and a counter, so that two signings differ. */
export function authority(inProcess: boolean) {
  const calls = { prepared: 0, signed: 0 }
  const subjects: Name[] = []
  let broken = false
  const port: SigningAuthority = {
    kind: 'signing',
    inProcess,
    prepare({ subject, now }) {
      calls.prepared++
      subjects.push(subject)
      return {
        issuerId: 1,
        serialNumber: Buffer.from([calls.prepared]),
        tbs: tbsOf(subject.der),
        subject: 'CN=printer1',
        subjectAltNames: [],
        notBefore: now,
        notAfter: new Date(now.getTime() + 365 * DAY),
      }
    },
    sign(tbs) {
      if (broken) throw new Error('HSM unplugged')
      calls.signed++
      return Buffer.concat([tbs, Buffer.from([calls.signed])])
    },
  }
  return {
    port,
    calls,
    subjects,
    setBroken: (value: boolean) => {
      broken = value
    },
  }
}

const REAL_TBS = (await selfSignedSigner(nameFromText('CN=printer1'), KEY_A, NOW)).tbs
/** Recovery after a crash parses the recorded TBS, so it is a real one. */
const tbsOf = (_subject: Buffer): Buffer => REAL_TBS

export const NO_CERTIFICATES: CertificateInventory = {
  findByDigest: () => Promise.resolve(undefined),
  findBySerial: () => Promise.resolve(undefined),
  findInLine: () => Promise.resolve(undefined),
  hasValid: () => Promise.resolve(false),
}

export function setUp(options: { inProcess?: boolean; uses?: number } = {}) {
  const ledger = new MemoryRoll()
  if (options.uses !== undefined) ledger.uses.set(7, options.uses)
  const ca = authority(options.inProcess ?? true)
  const asked: string[] = []
  const endpoint: Endpoint = {
    address: 'scepProfile/default',
    scepProfile: {
      id: 1,
      uuid: 'p',
      name: 'default',
      description: null,
      enabled: true,
      isDefault: true,
      challengeKind: 'one-time',
      staticChallenge: undefined,
      compatibility: { profile: 'default', overrides: {} },
      includeCaCertificate: false,
      includeCaCertificateChain: false,
      renewalThresholdDays: null,
      renewal: DEFAULT_RENEWAL_RULE,
      enrolment: DEFAULT_ENROLMENT_RULE,
      allowPolling: false,
      waiting: DEFAULT_WAITING_RULE,
      access: DEFAULT_ACCESS_RULE,
      raCertificate: DEFAULT_RA_CERTIFICATE_RULE,
      webhook: null,
      webhookKey: undefined,
      intune: null,
      intuneKey: undefined,
      metadata: DEFAULT_SCEP_PROFILE_METADATA,
      defaultRaProfileId: 1,
    },
    raProfile: {
      id: 1,
      uuid: 'r',
      name: 'default',
      description: null,
      enabled: true,
      authorityId: 1,
      scepProfileId: 1,
      certificate: DEFAULT_CERTIFICATE_SETTINGS,
      subject: DEFAULT_SUBJECT_RULES,
      keys: DEFAULT_KEY_RULES,
      approval: DEFAULT_APPROVAL_RULE,
      metadata: DEFAULT_RA_PROFILE_METADATA,
    },
    authority: ca.port,
    challenge: {
      validate({ challenge }) {
        asked.push(challenge.reveal())
        if (challenge.reveal() !== 'right') return { verdict: 'refused', detail: 'unknown challenge' }
        return options.uses === undefined ? { verdict: 'accepted' } : { verdict: 'accepted', use: { challengeId: 7 } }
      },
    },
    ownKeyDigests: new Set(),
    issuerIds: new Set([1]),
    issuerNames: new Map(),
    raProfileIds: new Set([1]),
    enabledRaProfileIds: new Set([1]),
    configurationVersion: 1,
  }
  const ports = {
    ledger,
    inventory: NO_CERTIFICATES,
    approvals: ledger,
    orders: new MemoryOrders(ledger),
    vouched: new MemoryVouched(ledger),
  }
  const ask = (request: EnrolmentMessage, at = NOW, where = endpoint) => enrol(request, where, ports, at)
  return { ledger, ca, asked, endpoint, ports, ask }
}

/** A poll for what `message` asked for, signed as that was unless another signer is given. */
export function pollFor({ transactionId, replyTo, signer }: EnrolmentMessage, by = signer): PollMessage {
  return { messageType: 'CertPoll', transactionId, senderNonce: Buffer.alloc(16), legacy: [], replyTo, signer: by }
}

/** The endpoint with other rules about people. */
export function withRules(
  endpoint: Endpoint,
  rules: { readonly approval?: Partial<ApprovalRule>; readonly waiting?: Partial<WaitingRule> },
): Endpoint {
  const { raProfile, scepProfile } = endpoint
  return {
    ...endpoint,
    raProfile: { ...raProfile, approval: { ...raProfile.approval, ...rules.approval } },
    scepProfile: { ...scepProfile, waiting: { ...scepProfile.waiting, ...rules.waiting } },
  }
}

/** The certificate of an outcome that must be one. */
export function certificateOf(outcome: Awaited<ReturnType<typeof enrol>>): Buffer {
  if (outcome.status !== 'issued') throw new Error(`expected a certificate, got ${outcome.status}`)
  return outcome.certificate
}
