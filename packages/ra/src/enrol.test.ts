import { generateKeyPairSync } from 'node:crypto'
import {
  assembleSigned,
  buildCertificationRequest,
  buildKeyUsage,
  buildSubjectAltName,
  buildTbsCertificate,
  type GeneralName,
  type Name,
  nameFromText,
  nameToText,
  parseCertificate,
  parseCertificationRequest,
  type SignatureScheme,
  signatureAlgorithmIdentifier,
  softwareSigningKey,
} from '@chancery/pki'
import { type EnrolmentMessage, ScepError, Secret, selfSignedSigner, type TransactionId } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import type { ApprovalQueue } from './approval/queue.ts'
import type { Endpoint } from './endpoint.ts'
import { enrol } from './enrol.ts'
import type {
  Authority,
  CertificateInventory,
  Identity,
  InventoryEntry,
  NewCertificate,
  NewTransaction,
  PreparedCertificate,
  TransactionLedger,
  UnitOutcome,
} from './ports.ts'
import {
  DEFAULT_APPROVAL_RULE,
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_KEY_RULES,
  DEFAULT_SUBJECT_RULES,
  DEFAULT_WAITING_RULE,
} from './profile.ts'
import type { KnownTransaction } from './transaction.ts'
import { ConfigurationChanged, Unavailable } from './unavailable.ts'

const NOW = new Date('2026-01-15T12:00:00Z')
const DAY = 86_400_000
const KEY_A = rsaKey(2048)
const KEY_B = rsaKey(2048)

function rsaKey(modulusLength: number) {
  return softwareSigningKey(generateKeyPairSync('rsa', { modulusLength }).privateKey)
}

async function message(
  options: {
    key?: typeof KEY_A
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
      extensions: options.names === undefined ? [] : [buildSubjectAltName(options.names, false)],
    }),
  )
  const transactionId = (options.tid ?? 'T-1') as TransactionId
  return {
    messageType: 'PKCSReq',
    transactionId,
    senderNonce: Buffer.alloc(16),
    signer: { certificate: await selfSignedSigner(subject, key, NOW), selfSigned: options.selfSigned ?? true },
    csr,
    challengePassword: options.challenge === '' ? undefined : new Secret(options.challenge ?? 'right'),
    replyTo: { transactionId, senderNonce: undefined, messageType: '19', digest: 'sha256' },
    legacy: [],
  }
}

/** A certificate of one year from NOW on; who signed it does not matter here, the inventory says whose it is. */
async function certificateFor(key: typeof KEY_A, subject: string, names: GeneralName[], ...more: Buffer[]) {
  const scheme: SignatureScheme = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }
  const signature = signatureAlgorithmIdentifier(scheme)
  const tbs = buildTbsCertificate({
    serialNumber: Buffer.from([1]),
    signature,
    issuer: nameFromText('CN=CA'),
    notBefore: NOW,
    notAfter: new Date(NOW.getTime() + 365 * DAY),
    subject: nameFromText(subject),
    publicKey: key.publicKey.der,
    extensions: [buildSubjectAltName(names, false), ...more],
  })
  return parseCertificate(assembleSigned(tbs, signature, await KEY_B.sign(tbs, scheme)))
}

/** An authority whose "signature" is the TBS and a counter, so that two signings differ. */
function authority(inProcess: boolean) {
  const calls = { prepared: 0, signed: 0 }
  const subjects: Name[] = []
  let broken = false
  const port: Authority = {
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

/** The ledger's contract in memory: unique identity, counted challenges, versions. */
class MemoryLedger implements TransactionLedger {
  readonly rows = new Map<string, KnownTransaction & { identity: Identity }>()
  uses = new Map<number, number>()
  readonly predecessors: string[] = []
  version = 1
  find(identity: Identity) {
    return Promise.resolve([...this.rows.values()].find((row) => row.identity.digest.equals(identity.digest)))
  }
  #admit(transaction: NewTransaction): UnitOutcome | undefined {
    const same = [...this.rows.values()].find((row) => row.identity.digest.equals(transaction.identity.digest))
    if (same !== undefined && same.uuid !== transaction.supersedes) return { status: 'conflict', on: 'transaction' }
    if (transaction.configurationVersion !== this.version) return { status: 'conflict', on: 'configuration' }
    if (transaction.challengeUse !== undefined) {
      const left = this.uses.get(transaction.challengeUse.challengeId) ?? 0
      if (left === 0) return { status: 'conflict', on: 'challenge' }
      this.uses.set(transaction.challengeUse.challengeId, left - 1)
    }
    if (transaction.supersedes !== undefined) this.rows.delete(transaction.supersedes)
    return undefined
  }
  issue(transaction: NewTransaction, certificate: NewCertificate) {
    const refused = this.#admit(transaction)
    if (refused !== undefined) return Promise.resolve(refused)
    if (certificate.predecessor !== undefined) this.predecessors.push(certificate.predecessor)
    this.rows.set(transaction.uuid, {
      ...row(transaction),
      state: 'issued',
      ordered: undefined,
      certificate: issued(certificate),
    })
    return Promise.resolve<UnitOutcome>({ status: 'committed', certificate: certificate.der })
  }
  begin(transaction: NewTransaction, prepared: PreparedCertificate) {
    const refused = this.#admit(transaction)
    if (refused !== undefined) return Promise.resolve(refused)
    const { issuerId, serialNumber, tbs } = prepared
    const ordered = { issuerId, serialNumber, tbs, at: transaction.now }
    this.rows.set(transaction.uuid, { ...row(transaction), state: 'ordered', ordered, certificate: undefined })
    return Promise.resolve<UnitOutcome>({ status: 'committed' })
  }
  finish(uuid: string, certificate: NewCertificate) {
    const found = this.rows.get(uuid)
    if (found?.state !== 'ordered') return Promise.resolve<UnitOutcome>({ status: 'conflict', on: 'state' })
    this.rows.set(uuid, { ...found, state: 'issued', ordered: undefined, certificate: issued(certificate) })
    return Promise.resolve<UnitOutcome>({ status: 'committed', certificate: certificate.der })
  }
  abandon(uuid: string) {
    const found = this.rows.get(uuid)
    if (found?.state !== 'ordered') return Promise.resolve<UnitOutcome>({ status: 'conflict', on: 'state' })
    this.rows.set(uuid, { ...found, state: 'failed', ordered: undefined })
    return Promise.resolve<UnitOutcome>({ status: 'committed' })
  }
}

function row({ uuid, identity, raProfileId, csrKeyDigest, csrContentDigest }: NewTransaction) {
  return { uuid, identity, raProfileId, csrKeyDigest, csrContentDigest }
}

function issued({ der, prepared }: NewCertificate) {
  return {
    der,
    issuerId: prepared.issuerId,
    notBefore: prepared.notBefore,
    notAfter: prepared.notAfter,
    revoked: false,
  }
}

/** Nothing here waits for a person; that is in approval/approval.test.ts. */
const NO_QUEUE = {} as ApprovalQueue

const NO_CERTIFICATES: CertificateInventory = { findByDigest: () => Promise.resolve(undefined) }

function setUp(options: { inProcess?: boolean; uses?: number } = {}) {
  const ledger = new MemoryLedger()
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
      allowPolling: false,
      waiting: DEFAULT_WAITING_RULE,
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
    enabledRaProfileIds: new Set([1]),
    configurationVersion: 1,
  }
  const ports = { ledger, inventory: NO_CERTIFICATES, approvals: NO_QUEUE }
  const ask = (request: EnrolmentMessage, at = NOW, where = endpoint) => enrol(request, where, ports, at)
  return { ledger, ca, asked, endpoint, ports, ask }
}

/** The certificate of an outcome that must be one. */
function certificateOf(outcome: Awaited<ReturnType<typeof enrol>>): Buffer {
  if (outcome.status !== 'issued') throw new Error(`expected a certificate, got ${outcome.status}`)
  return outcome.certificate
}

const reason = (expected: string) => expect.objectContaining({ reason: expected })

describe('a first enrolment', () => {
  test('S-2.4-02 a valid challenge and a request within the rules give a certificate that is in the ledger', async () => {
    const { ask, ledger } = setUp()
    const certificate = certificateOf(await ask(await message()))
    expect([...ledger.rows.values()].map((one) => one.certificate?.der)).toEqual([certificate])
  })

  test('S-2.4-03 a device whose challenge is refused gets badRequest and the authority is never asked', async () => {
    const { ask, ca, ledger } = setUp()
    await expect(ask(await message({ challenge: 'wrong' }))).rejects.toMatchObject({
      reason: 'challenge_refused',
      failInfo: 'badRequest',
    })
    expect(ca.calls).toEqual({ prepared: 0, signed: 0 })
    expect(ledger.rows.size).toBe(0)
  })

  test('S-2.4-04 without a challenge nothing is issued, and nobody is asked about it', async () => {
    const { ask, asked } = setUp()
    await expect(ask(await message({ challenge: '' }))).rejects.toEqual(reason('challenge_refused'))
    expect(asked).toEqual([])
  })

  test('S-2.4-08 the challenge is asked last: a request that breaks a cheaper rule does not reach who vouches', async () => {
    const { ask, asked } = setUp()
    await expect(ask(await message({ key: rsaKey(1024) }))).rejects.toEqual(reason('key_refused'))
    await expect(ask(await message({ subject: '' }))).rejects.toEqual(reason('subject_refused'))
    await expect(ask(await message({ names: [{ type: 'registeredId', value: '1.2.3' }] }))).rejects.toEqual(
      reason('subject_alt_name_refused'),
    )
    expect(asked).toEqual([])
  })

  test('S-2.4-08 a refused request leaves the challenge usable', async () => {
    const { ask } = setUp({ uses: 1 })
    await expect(ask(await message({ subject: '' }))).rejects.toBeInstanceOf(ScepError)
    expect((await ask(await message())).status).toBe('issued')
  })

  test('a decision on an old configuration is not carried out', async () => {
    const { ask, ledger } = setUp()
    ledger.version = 2
    await expect(ask(await message())).rejects.toBeInstanceOf(ConfigurationChanged)
    expect(ledger.rows.size).toBe(0)
  })
})

describe('the same request again', () => {
  test('S-5.2-02 S-3.2.1.5-07 gets the same certificate, although its one-time challenge is used up', async () => {
    const { ask, ca } = setUp({ uses: 1 })
    const first = certificateOf(await ask(await message()))
    const again = await ask(await message())
    expect(again).toMatchObject({ status: 'issued', repeated: true })
    expect(certificateOf(again)).toEqual(first)
    expect(ca.calls.signed).toBe(1)
  })

  test('S-2.4-07 S-3.2.1.5-07 twenty at once get one certificate', async () => {
    const { ask, ledger } = setUp({ uses: 1 })
    const request = await message()
    const certificates = (await Promise.all(Array.from({ length: 20 }, () => ask(request)))).map(certificateOf)
    expect(new Set(certificates.map((der) => der.toString('hex'))).size).toBe(1)
    expect(ledger.rows.size).toBe(1)
  })

  test('S-5.2-02 is not answered with it once the RA profile of the transaction is switched off', async () => {
    const { ask, endpoint } = setUp()
    await ask(await message())
    const moved = { ...endpoint, raProfile: { ...endpoint.raProfile, id: 2 }, enabledRaProfileIds: new Set([2]) }
    await expect(ask(await message(), NOW, moved)).rejects.toEqual(reason('enrolment_refused'))
    const both = { ...moved, enabledRaProfileIds: new Set([1, 2]) }
    expect(await ask(await message(), NOW, both)).toMatchObject({ status: 'issued', repeated: true })
  })

  test('S-5.2-05 D-3.1.1.1-01 past half of the validity, or revoked, a new certificate takes the place of the old one', async () => {
    const { ask, ledger } = setUp()
    const first = certificateOf(await ask(await message()))
    expect(certificateOf(await ask(await message(), new Date(NOW.getTime() + 182 * DAY)))).toEqual(first)
    const second = certificateOf(await ask(await message(), new Date(NOW.getTime() + 183 * DAY)))
    expect(second).not.toEqual(first)
    const [only] = [...ledger.rows.values()]
    if (only?.certificate === undefined) throw new Error('no certificate in the ledger')
    ledger.rows.set(only.uuid, { ...only, certificate: { ...only.certificate, revoked: true } })
    expect(certificateOf(await ask(await message(), new Date(NOW.getTime() + 184 * DAY)))).not.toEqual(second)
  })

  test('S-5.2-03 another subject under the same transactionID and key is refused while the first is fresh', async () => {
    const { ask } = setUp()
    await ask(await message())
    await expect(ask(await message({ subject: 'CN=printer2' }))).rejects.toMatchObject({
      reason: 'transaction_conflict',
      failInfo: 'badRequest',
    })
  })

  test('S-5.2-06 after a refusal the same transactionID is judged afresh', async () => {
    const { ask } = setUp()
    await expect(ask(await message({ challenge: 'wrong' }))).rejects.toEqual(reason('challenge_refused'))
    expect((await ask(await message())).status).toBe('issued')
  })
})

describe('another signer with the same transactionID', () => {
  test('S-5.2-03 S-7-11 is another transaction, which never sees the first one’s certificate', async () => {
    const { ask, ledger } = setUp()
    const victim = certificateOf(await ask(await message()))
    await expect(ask(await message({ key: KEY_B, challenge: 'wrong' }))).rejects.toEqual(reason('challenge_refused'))
    const other = certificateOf(await ask(await message({ key: KEY_B })))
    expect(other).not.toEqual(victim)
    expect(ledger.rows.size).toBe(2)
  })

  test('S-3.2.1.1-07 the same message at another endpoint is another transaction', async () => {
    const { ask, endpoint, ledger } = setUp()
    await ask(await message())
    await ask(await message(), NOW, { ...endpoint, address: 'raProfile/default' })
    expect(ledger.rows.size).toBe(2)
  })
})

describe('an authority that signs elsewhere', () => {
  test('records the exact TBS before it is signed, and finishes with what came back', async () => {
    const { ask, ledger, ca } = setUp({ inProcess: false })
    ca.setBroken(true)
    await expect(ask(await message())).rejects.toBeInstanceOf(Unavailable)
    expect([...ledger.rows.values()].map((one) => one.state)).toEqual(['ordered'])
    ca.setBroken(false)
    const certificate = certificateOf(await ask(await message()))
    expect(ca.calls).toEqual({ prepared: 1, signed: 1 })
    expect([...ledger.rows.values()].map((one) => one.certificate?.der)).toEqual([certificate])
  })

  test('S-3.2.1.5-07 of two that sign the recorded TBS the loser answers with the winner’s certificate', async () => {
    const { ask, ca } = setUp({ inProcess: false, uses: 1 })
    const request = await message()
    const [first, second] = (await Promise.all([ask(request), ask(request)])).map(certificateOf)
    expect(first).toEqual(second)
    expect(ca.calls.prepared).toBeLessThanOrEqual(2)
  })

  test('a TBS older than ten minutes is void: the request is judged again and gets another serial', async () => {
    const { ask, ledger, ca } = setUp({ inProcess: false })
    ca.setBroken(true)
    await expect(ask(await message())).rejects.toBeInstanceOf(Unavailable)
    ca.setBroken(false)
    await ask(await message(), new Date(NOW.getTime() + 11 * 60_000))
    expect(ca.calls.prepared).toBe(2)
    expect([...ledger.rows.values()].map((one) => one.state)).toEqual(['issued'])
  })
})

describe('S-2.3-15 S-2.5-01 a message signed with a certificate of ours asks for its renewal', () => {
  const LATE = new Date(NOW.getTime() + 200 * DAY)
  const NAMES: GeneralName[] = [
    { type: 'dns', value: 'printer1.example' },
    { type: 'dns', value: 'printer1' },
  ]

  /** A device that holds a certificate of one year, issued at NOW. */
  async function holder(change: Partial<InventoryEntry> = {}, ...extensions: Buffer[]) {
    const certificate = await certificateFor(KEY_A, 'CN=printer1', NAMES, ...extensions)
    const entry: InventoryEntry = {
      uuid: 'old',
      der: certificate.der,
      issuerId: 1,
      state: 'issued',
      endpoint: 'scepProfile/default',
      raProfileId: 1,
      ...change,
    }
    const inventory: CertificateInventory = {
      findByDigest: (digest) => Promise.resolve(digest.equals(certificate.digest()) ? entry : undefined),
    }
    const { endpoint, ledger, asked, ca } = setUp()
    const renewal = async (options: Parameters<typeof message>[0] = {}): Promise<EnrolmentMessage> => ({
      ...(await message({ challenge: '', key: KEY_B, ...options })),
      messageType: 'RenewalReq',
      signer: { certificate, selfSigned: false },
    })
    const ask = (request: EnrolmentMessage, at = LATE, where = endpoint) =>
      enrol(request, where, { ledger, inventory, approvals: NO_QUEUE }, at)
    return { ask, renewal, endpoint, ledger, asked, ca }
  }

  test('S-2.4-13 a new key for the same names needs no challenge, and the lineage is recorded', async () => {
    const { ask, renewal, ledger, asked } = await holder()
    expect((await ask(await renewal({ names: NAMES }))).status).toBe('issued')
    expect([...ledger.rows.values()].map((one) => one.identity.kind)).toEqual(['renewal'])
    expect(ledger.predecessors).toEqual(['old'])
    expect(asked).toEqual([])
  })

  test('S-2.3-15 D-3.1.1.2-01 a PKCSReq signed with the old certificate is the same, with the old key or a used-up challenge', async () => {
    const { ask, renewal, asked } = await holder()
    const request: EnrolmentMessage = {
      ...(await renewal({ key: KEY_A, challenge: 'used up' })),
      messageType: 'PKCSReq',
    }
    expect((await ask(request)).status).toBe('issued')
    expect(asked).toEqual([])
  })

  test('D-8.6-01 a certificate that is only for key encipherment renews all the same', async () => {
    const { ask, renewal } = await holder({}, buildKeyUsage(['keyEncipherment']))
    expect((await ask(await renewal())).status).toBe('issued')
  })

  test('S-3.2.1.5-07 the same renewal again gets the same certificate', async () => {
    const { ask, renewal, ca } = await holder()
    const request = await renewal()
    expect(certificateOf(await ask(request))).toEqual(certificateOf(await ask(request)))
    expect(ca.calls.signed).toBe(1)
  })

  test('S-2.3-11 a RenewalReq with a self-signed signer is refused, challenge or not', async () => {
    const { ask } = setUp()
    const request: EnrolmentMessage = { ...(await message()), messageType: 'RenewalReq' }
    await expect(ask(request)).rejects.toMatchObject({ reason: 'renewal_refused', failInfo: 'badRequest' })
  })

  test('S-2.5-03 another subject or an added name is refused; a dropped name is not', async () => {
    const { ask, renewal } = await holder()
    await expect(ask(await renewal({ subject: 'CN=printer2' }))).rejects.toEqual(reason('renewal_refused'))
    const added: GeneralName[] = [...NAMES, { type: 'dns', value: 'bank.example' }]
    await expect(ask(await renewal({ names: added }))).rejects.toEqual(reason('renewal_refused'))
    expect((await ask(await renewal({ names: NAMES.slice(1), tid: 'T-2' }))).status).toBe('issued')
  })

  test('S-2.5-03 the subject stays as it was certified, also where the request writes it in another case', async () => {
    const { ask, renewal, ca } = await holder()
    expect((await ask(await renewal({ subject: 'CN=PRINTER1' }))).status).toBe('issued')
    expect(ca.subjects.map(nameToText)).toEqual(['CN=printer1'])
  })

  test('S-2.5-04 before the second half of the life it is too early, unless the profile says from when', async () => {
    const { ask, renewal, endpoint } = await holder()
    const early = new Date(NOW.getTime() + 100 * DAY)
    await expect(ask(await renewal(), early)).rejects.toMatchObject({
      detail: expect.stringContaining('may be renewed from'),
    })
    const always = { ...endpoint, scepProfile: { ...endpoint.scepProfile, renewalThresholdDays: 400 } }
    expect((await ask(await renewal(), early, always)).status).toBe('issued')
  })

  test('S-2.3-13 an expired, a not yet valid and a revoked certificate renew nothing', async () => {
    const { ask, renewal } = await holder()
    await expect(ask(await renewal(), new Date(NOW.getTime() + 400 * DAY))).rejects.toEqual(reason('renewal_refused'))
    await expect(ask(await renewal(), new Date(NOW.getTime() - DAY))).rejects.toEqual(reason('renewal_refused'))
    const revoked = await holder({ state: 'revoked' })
    await expect(revoked.ask(await revoked.renewal())).rejects.toEqual(reason('signer_refused'))
  })

  test('S-2.5-03 a certificate of another authority or another service is refused; a changed default is not', async () => {
    const foreign = await holder({ issuerId: 9 })
    await expect(foreign.ask(await foreign.renewal())).rejects.toEqual(reason('renewal_refused'))
    const elsewhere = await holder({ raProfileId: 9, endpoint: 'scepProfile/other' })
    await expect(elsewhere.ask(await elsewhere.renewal())).rejects.toEqual(reason('renewal_refused'))
    const moved = await holder({ raProfileId: 9 })
    expect((await moved.ask(await moved.renewal())).status).toBe('issued')
  })

  test('S-2.3-12 S-2.3-14 a certificate that is not in the inventory is refused like an envelope that does not open', async () => {
    const { ask } = setUp()
    await expect(ask(await message({ selfSigned: false }))).rejects.toEqual(reason('bad_envelope'))
  })

  test('S-2.3-07 somebody with a certificate of his own cannot use up the challenge of a captured request', async () => {
    const { ask, renewal, asked } = await holder()
    const captured = await message({ key: KEY_B, subject: 'CN=victim' })
    await expect(ask({ ...captured, signer: (await renewal()).signer })).rejects.toEqual(reason('renewal_refused'))
    expect(asked).toEqual([])
  })
})
