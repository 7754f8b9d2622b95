import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  buildCertificationRequest,
  buildGcmEnvelopedData,
  type Certificate,
  decryptContent,
  type EnvelopedData,
  nameFromText,
  parseCertificate,
  parseEnvelopedData,
  parseSignedData,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { openReply, type Reply, selfSignedSigner, type TransactionId } from '@chancery/scep'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { admin, createChallenge, setCompatibility } from '../admin.ts'
import { fetchCa, newDevice, PROFILE_PATH, type PublishedCa, read, sealEnrolment } from '../device.ts'
import { signMessage } from '../hand-made.ts'
import { startServer, type TestServer } from '../server.ts'

/** What compatibility profiles change, over HTTP and in the shape in which their clients ask. */

let server: TestServer
let ca: PublishedCa

beforeAll(async () => {
  server = await startServer()
  ca = await fetchCa(server.url)
})
afterAll(() => server.stop())
beforeEach(() => setCompatibility(server, 'default'))

const url = (operation: string) => `${server.url}${PROFILE_PATH}?operation=${operation}`
const get = async (operation: string, query = '') => fetch(`${url(operation)}${query}`)
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())
const post = (message: Buffer) => fetch(url('PKIOperation'), { method: 'POST', body: Uint8Array.from(message) })

test('S-3.5.2-06 default and strict advertise what they accept, and every named set what default does', async () => {
  const tail = 'SHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\nSCEPStandard\nRenewal\n'
  for (const name of [
    'default',
    'apple',
    'windows-intune',
    'cisco-ios',
    'mikrotik',
    'juniper',
    'chromeos',
    'certmonger',
    'legacy',
  ]) {
    await setCompatibility(server, name)
    expect(await (await get('GetCACaps')).text()).toBe(`AES\nDES3\nSHA-1\n${tail}`)
  }
  await setCompatibility(server, 'strict')
  expect(await (await get('GetCACaps')).text()).toBe(`AES\n${tail}`)
})

describe('an old Cisco IOS', () => {
  /** GET, base64 in lines of 64 characters, 3DES and SHA-1. */
  async function enrolByGet(): Promise<{ answer: Response; certificates: () => Promise<Certificate[]> }> {
    const device = await newDevice()
    const challenge = await createChallenge(server)
    const algorithms = { digest: 'sha1', contentEncryption: 'des-ede3-cbc' } as const
    const enrolment = await sealEnrolment(device, ca, { challenge, subject: 'CN=router', ...algorithms })
    const lines = enrolment.message.toString('base64').replace(/(.{64})/g, '$1\n')
    const answer = await get('PKIOperation', `&message=${encodeURIComponent(lines)}`)
    const certificates = async () => {
      const signed = parseSignedData(await bytesOf(answer))
      const envelope = parseEnvelopedData(signed.eContent ?? Buffer.alloc(0))
      const [recipient] = envelope.recipientInfos
      if (recipient?.kind !== 'keyTransport') throw new Error('not for a key')
      const key = await device.decryption.decrypt(recipient.encryptedKey, { scheme: 'rsa-pkcs1' })
      return certificatesIn(envelope, key)
    }
    return { answer, certificates }
  }

  function certificatesIn(envelope: EnvelopedData, key: Buffer): Certificate[] {
    const inner = parseSignedData(decryptContent(envelope, key) ?? Buffer.alloc(0))
    return inner.certificates.map((element) => parseCertificate(element))
  }

  test('S-4.1-04 S-3.3.2.1-03 gets its certificate and the CA behind it with the set cisco-ios', async () => {
    await setCompatibility(server, 'cisco-ios')
    const [own, authority, ...more] = await (await enrolByGet()).certificates()
    expect([own?.subject.rdns.length, more]).toEqual([1, []])
    expect(authority?.der).toEqual(ca.certificates.at(-1)?.der)
  })

  test('gets its certificate alone where the set is juniper, or the switch certRepCertificates=alone', async () => {
    for (const [name, overrides] of [
      ['juniper', {}],
      ['cisco-ios', { certRepCertificates: 'alone' }],
    ] as const) {
      await setCompatibility(server, name, overrides)
      expect(await (await enrolByGet()).certificates()).toHaveLength(1)
    }
  })

  test('gets the CA with any set where the profile itself says includeCaCertificate', async () => {
    const [profile] = (await admin(server, 'GET', '/v1/scepProfiles')) as [{ uuid: string }]
    await setCompatibility(server, 'juniper')
    await admin(server, 'PUT', `/v1/scepProfiles/${profile.uuid}`, { includeCaCertificate: true })
    const certificates = await (await enrolByGet()).certificates()
    await admin(server, 'PUT', `/v1/scepProfiles/${profile.uuid}`, { includeCaCertificate: false })
    expect(certificates).toHaveLength(2)
  })

  test('S-4.1-04 is told by HTTP 405 to use POST where getPkiOperation is off', async () => {
    await setCompatibility(server, 'cisco-ios', { getPkiOperation: false })
    const { answer } = await enrolByGet()
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await answer.text()).toBe('PKIOperation is accepted by POST only.\n')
  })
})

describe('a client with a pkcs7 library in Go that is set to AES-GCM', () => {
  async function enrolByGcm(): Promise<Reply> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = softwareSigningKey(privateKey)
    const subject = nameFromText('CN=go')
    const challengePassword = await createChallenge(server)
    const csr = await buildCertificationRequest({ subject, key, challengePassword })
    const recipient = { certificate: ca.recipient, transport: { scheme: 'rsa-pkcs1' } } as const
    const envelope = buildGcmEnvelopedData({ content: csr, encryption: 'aes-256-gcm', recipient })
    const attributes = { transactionId: randomBytes(16).toString('hex') as TransactionId, senderNonce: randomBytes(16) }
    const certificate = await selfSignedSigner(subject, key, new Date())
    const answer = await post(signMessage(envelope, { certificate, privateKey }, attributes))
    return openReply(await bytesOf(answer), {
      ...attributes,
      trusted: ca.certificates,
      issuers: ca.certificates,
      decryption: softwareDecryptionKey(privateKey),
      csrKey: key.publicKey,
    })
  }

  test('S-2.9-05 is refused with badAlg, and gets its certificate where aesGcm is on', async () => {
    expect(await enrolByGcm()).toMatchObject({ status: 'FAILURE', failInfo: 'badAlg' })
    await setCompatibility(server, 'default', { aesGcm: true })
    expect(await enrolByGcm()).toMatchObject({ status: 'SUCCESS' })
  })
})

describe('a refused enrolment', () => {
  const refusedContent = async () => {
    const enrolment = await sealEnrolment(await newDevice(), ca, { challenge: 'wrong' })
    const reply = await bytesOf(await post(enrolment.message))
    expect(await read(enrolment, reply, ca)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
    return parseSignedData(reply).eContent?.toString('hex')
  }

  test.each([
    ['default', {}, undefined],
    ['certmonger', {}, ''],
    ['chromeos', {}, ''],
    ['default', { emptyContent: 'ndes' }, '00'],
  ])('S-3.3.2.2-01 with the set %s and %o has the content %s', async (name, overrides, content) => {
    await setCompatibility(server, name, overrides)
    expect(await refusedContent()).toBe(content)
  })
})

test('D-11-01 GetCACertChain is answered with the set legacy alone', async () => {
  for (const name of ['default', 'strict', 'cisco-ios']) {
    await setCompatibility(server, name)
    expect((await get('GetCACertChain')).status).toBe(400)
  }
  await setCompatibility(server, 'legacy')
  expect((await get('GetCACertChain')).headers.get('content-type')).toBe('application/x-x509-ca-ra-cert-chain')
})
