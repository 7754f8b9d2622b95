import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  buildCertificationRequest,
  type Certificate,
  decryptContent,
  isSelfSigned,
  parseCertificate,
  parseEnvelopedData,
  parseSignedData,
  verifyCertificate,
} from '@chancery/pki'
import { sealRequest } from '@chancery/scep'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admin, createChallenge } from '../admin.ts'
import {
  certificateOf,
  type Device,
  type Enrolment,
  type EnrolmentOptions,
  fetchCa,
  newDevice,
  PROFILE_PATH,
  type PublishedCa,
  read,
  sealEnrolment,
} from '../device.ts'
import { startServer, type TestServer } from '../server.ts'

/** CertReps of each status as they come over HTTP, and which requests get which. */

const FAIL_INFO_TEXT = '1.3.6.1.5.5.7.24.1'

let server: TestServer
let ca: PublishedCa
let authority: Certificate
let challenge: string

beforeAll(async () => {
  // A key that can decrypt nothing.
  server = await startServer({ env: { CHANCERY_CA_KEY: 'p-256' } })
  ca = await fetchCa(server.url)
  authority = ca.certificates.find(isSelfSigned) ?? expect.fail('no CA was published')
  challenge = await createChallenge(server, { uses: 100 })
})
afterAll(() => server.stop())

const seal = async (options: EnrolmentOptions = {}, device?: Device) =>
  sealEnrolment(device ?? (await newDevice()), ca, { challenge, ...options })

function send(message: Buffer): Promise<Response> {
  const url = `${server.url}${PROFILE_PATH}?operation=PKIOperation`
  return fetch(url, { method: 'POST', body: Uint8Array.from(message) })
}

const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())
const replyTo = async (enrolment: Enrolment) => read(enrolment, await bytesOf(await send(enrolment.message)), ca)

/** The content of each signed attribute, by its OID. */
function attributesOf(reply: Buffer) {
  const [signer] = parseSignedData(reply).signerInfos
  return new Map(signer?.signedAttributes?.map(({ oid, values }) => [oid, values[0]?.content ?? Buffer.alloc(0)]))
}

/** An enrolment whose transaction waits for somebody's decision. */
async function waiting(): Promise<Enrolment> {
  const enrolment = await seal({ transactionId: `waiting-${randomBytes(4).toString('hex')}` })
  await send(enrolment.message)
  setState(enrolment, 'awaiting_approval')
  return enrolment
}

function setState({ transactionId }: Enrolment, state: string): void {
  inDatabase((database) =>
    database
      .prepare('UPDATE scep_transaction SET state = ? WHERE transaction_id = ?')
      .run(state, Buffer.from(transactionId)),
  )
}

function inDatabase<T>(work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(server.dataDir, 'chancery.sqlite'), { timeout: 10_000 })
  try {
    return work(database)
  } finally {
    database.close()
  }
}

describe('a reply', () => {
  const STATUSES: readonly [string, () => Promise<Enrolment>][] = [
    ['SUCCESS', seal],
    ['FAILURE', () => seal({ challenge: 'wrong' })],
    ['PENDING', waiting],
  ]

  test.each(STATUSES)(
    'S-4.3-03 S-4.3-04 that is a %s has HTTP 200 and the exact content type',
    async (status, make) => {
      const enrolment = await make()
      const answer = await send(enrolment.message)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-pki-message'])
      expect(await read(enrolment, await bytesOf(answer), ca)).toMatchObject({ status })
    },
  )

  test('S-3.2.1.5-04 has a nonce of its own, of 16 octets', async () => {
    const enrolments = [await seal(), await seal(), await seal({ challenge: 'wrong' })]
    const nonces = await Promise.all(
      enrolments.map(async ({ message }) => attributesOf(await bytesOf(await send(message))).get(scep(5))),
    )
    expect(nonces.map((nonce) => nonce?.length)).toEqual([16, 16, 16])
    const all = [...nonces, ...enrolments.map(({ senderNonce }) => senderNonce)]
    expect(new Set(all.map((nonce) => nonce?.toString('hex'))).size).toBe(6)
  })

  test('S-3.2.1.4-03 explains a wrong challenge without naming one, or keeps silent where the switch says so', async () => {
    const wrong = 'not-the-challenge'
    const text = attributesOf(await bytesOf(await send((await seal({ challenge: wrong })).message))).get(FAIL_INFO_TEXT)
    expect(text?.toString()).toMatch(/challenge/i)
    expect(text?.toString()).not.toContain(wrong)
    expect(text?.toString()).not.toContain(challenge)
    await changeProfile({ overrides: { failInfoText: false } }, '/compatibility')
    const silent = attributesOf(await bytesOf(await send((await seal({ challenge: wrong })).message)))
    await changeProfile({ overrides: {} }, '/compatibility')
    expect([silent.get(scep(4))?.toString(), silent.has(FAIL_INFO_TEXT)]).toEqual(['2', false])
  })

  test('S-3.2.1-04 has its attributes under the OIDs of the registry', async () => {
    const [success, failure] = [await seal(), await seal({ challenge: 'wrong' })]
    const oid = (last: string) => Buffer.from(`060a6086480186f8450109${last}`, 'hex')
    for (const enrolment of [success, failure]) {
      const reply = await bytesOf(await send(enrolment.message))
      for (const last of ['02', '03', '05', '06', '07']) expect(reply.includes(oid(last)), last).toBe(true)
      expect(reply.includes(oid('04'))).toBe(enrolment === failure)
      expect(reply.includes(Buffer.from('06082b06010505071801', 'hex'))).toBe(enrolment === failure)
      for (const last of ['02', '05', '07']) expect(enrolment.message.includes(oid(last)), last).toBe(true)
    }
  })

  test('S-7-05 is made by the RA, whose key opened the request, while the CA’s can only sign', async () => {
    const enrolment = await seal()
    const answer = await bytesOf(await send(enrolment.message))
    expect(authority.publicKey.type).toBe('ec')
    expect(parseSignedData(answer).certificates[0]?.bytes).toEqual(ca.recipient.der)
    expect(ca.recipient.publicKey.der).not.toEqual(authority.publicKey.der)
    expect(verifyCertificate(certificateOf(await read(enrolment, answer, ca)), authority.publicKey)).toBe(true)
  })
})

describe('a renewal', () => {
  test('S-3.3.2.1-07 S-3.3.2.1-02 S-2.5-05 is answered in the form of an enrolment, and the CRL stays as it is', async () => {
    await changeProfile({ renewalThreshold: 10_000, includeCaCertificateChain: true })
    const device = await newDevice()
    const enrolment = await seal({ subject: 'CN=renewing' }, device)
    const crl = () => fetch(`${server.url}/pki/default/1.crl`).then(bytesOf)
    const before = await crl()
    const first = await leafOf(enrolment)
    const second = await leafOf(await sealRenewal(device, first))
    expect(second.serialNumber).not.toEqual(first.serialNumber)
    expect(before.length).toBeGreaterThan(0)
    expect(await crl()).toEqual(before)
  })

  /** Sends, and takes the reply apart: what is in it is for this device, and it alone issued none of the others. */
  async function leafOf({ message, device }: Enrolment): Promise<Certificate> {
    const reply = await bytesOf(await send(message))
    const types = [2, 3].map((number) => attributesOf(reply).get(scep(number))?.toString())
    expect(types).toEqual(['3', '0'])
    const envelope = parseEnvelopedData(parseSignedData(reply).eContent ?? Buffer.alloc(0))
    const [recipient] = envelope.recipientInfos
    if (recipient?.kind !== 'keyTransport') throw new Error('not for a key')
    const key = await device.decryption.decrypt(recipient.encryptedKey, { scheme: 'rsa-pkcs1' })
    const inner = parseSignedData(decryptContent(envelope, key) ?? Buffer.alloc(0))
    expect([inner.signerInfos, inner.eContent]).toEqual([[], undefined])
    const certificates = inner.certificates.map((element) => parseCertificate(element))
    const leaves = certificates.filter((one) =>
      certificates.every((other) => other === one || !verifyCertificate(other, one.publicKey)),
    )
    const [leaf] = leaves
    expect([certificates.length, leaves.length]).toEqual([2, 1])
    expect(leaf?.publicKey.der).toEqual(device.key.publicKey.der)
    return leaf as Certificate
  }

  async function sealRenewal(device: Device, certificate: Certificate): Promise<Enrolment> {
    const csr = await buildCertificationRequest({ subject: certificate.subject, key: device.key })
    const sealed = await sealRequest({
      messageType: 'RenewalReq',
      csr,
      nonce: randomBytes(16),
      signer: { certificate, key: device.key },
      recipient: ca.recipient,
      digest: 'sha256',
      contentEncryption: 'aes-128-cbc',
    })
    return { ...sealed, device: { ...device, certificate } }
  }
})

test('S-2.4-01 a self-signed certificate with the name of an enrolled device gets nothing without a challenge', async () => {
  expect((await replyTo(await seal({ subject: 'CN=known' }))).status).toBe('SUCCESS')
  const stranger = await sealEnrolment(await newDevice('CN=known'), ca, { subject: 'CN=known' })
  expect(await replyTo(stranger)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
})

test('S-5.2-01 D-2.5.1-01 the same request again while it waits is answered PENDING, and waits once', async () => {
  const enrolment = await waiting()
  const count = () =>
    inDatabase((database) => database.prepare('SELECT count(*) AS n FROM scep_transaction').get() as { n: number }).n
  const before = count()
  for (let times = 0; times < 2; times++) expect(await replyTo(enrolment)).toMatchObject({ status: 'PENDING' })
  const fresh = await sealEnrolment(enrolment.device, ca, { challenge, transactionId: enrolment.transactionId })
  expect(await replyTo(fresh)).toMatchObject({ status: 'PENDING' })
  expect(count()).toBe(before)
  setState(enrolment, 'issued')
  expect(await replyTo(enrolment)).toMatchObject({ status: 'SUCCESS' })
})

test('S-3.2.1.4-16 with the store broken a good request gets a line of neutral text, no reply', async () => {
  const rename = (from: string, to: string) =>
    inDatabase((database) => database.exec(`ALTER TABLE ${from} RENAME TO ${to}`))
  const { message } = await seal()
  rename('scep_transaction', 'moved')
  const answer = await send(message)
  rename('moved', 'scep_transaction')
  expect(answer.status).toBeGreaterThanOrEqual(500)
  expect(answer.headers.get('content-type')).toBe('text/plain')
  expect((await bytesOf(answer)).toString()).toMatch(/^[A-Z][\w ;']+\. \[[0-9a-f]{12}\]\n$/)
  expect((await send(message)).status).toBe(200)
})

async function changeProfile(change: object, of = ''): Promise<void> {
  const profiles = (await admin(server, 'GET', '/v1/scepProfiles')) as { uuid: string }[]
  const path = `/v1/scepProfiles/${profiles[0]?.uuid}${of}`
  await admin(server, 'PUT', path, of === '' ? change : { profile: 'default', ...change })
}

function scep(number: number): string {
  return `2.16.840.1.113733.1.9.${number}`
}
