import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  type Certificate,
  contentKeyOfLength,
  decryptContent,
  der,
  nameFromText,
  parseCertificate,
  parseEnvelopedData,
  parseSignedData,
  serialToHex,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { revoke, type ScepProfileChange } from '@chancery/ra'
import { Secret, selfSignedSigner } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'
import { certificateOf, type Device, enrol, fetchCa, type PublishedCa, post, sealEnrolment } from '../device.ts'
import { assembleEnvelope, envelopeParts, signMessage } from '../hand-made.ts'

/** GetCert and GetCRL through HTTP, with messages that nothing of ours made, at a server whose store can be looked into. */

interface Asker extends Device {
  readonly privateKey: KeyObject
}

const CONSTANT_ID = 'SSCEP transactionId' // of every question that sscep asks
const FAILURE = { badRequest: '2', badCertId: '4' } as const

let server: TestApp
let url: string
let ca: PublishedCa
let holder: Asker
let other: Asker

beforeAll(async () => {
  server = await testApp({ CHANCERY_CA_KEY: 'rsa-2048', CHANCERY_PUBLIC_URL: 'http://scep.test' })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
  await change({ challengeKind: 'static', staticChallenge: new Secret('correct horse battery') })
  ca = await fetchCa(url)
  holder = await enrolled('CN=holder')
  other = await enrolled('CN=other')
})
afterAll(() => server.close())

async function change(change: ScepProfileChange): Promise<void> {
  const [profile] = (await server.context.snapshots.current()).configuration.scepProfiles
  await server.store.configuration.edit([{ edit: 'setScepProfile', uuid: profile?.uuid ?? '', change }])
}

const setSwitches = (overrides: Record<string, unknown>) => change({ compatibility: { profile: 'default', overrides } })

async function enrolled(subject: string): Promise<Asker> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = softwareSigningKey(privateKey)
  const certificate = await selfSignedSigner(nameFromText(subject), key, new Date())
  const device = { key, decryption: softwareDecryptionKey(privateKey), certificate, privateKey }
  const options = { subject, challenge: 'correct horse battery', transactionId: CONSTANT_ID }
  return { ...device, certificate: certificateOf(await enrol(url, await sealEnrolment(device, ca, options), ca)) }
}

interface Answer {
  /** pkiStatus, and failInfo where there is one. */
  readonly status: string
  readonly failInfo: string | undefined
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Buffer[]
}

async function ask(
  messageType: '21' | '22',
  { issuer, serialNumber }: Pick<Certificate, 'issuer' | 'serialNumber'>,
  { certificate, privateKey, decryption }: Asker = holder,
): Promise<Answer> {
  const question = der.sequence(issuer.der, der.integer(serialNumber))
  const message = signMessage(
    assembleEnvelope(envelopeParts(question, ca.recipient)),
    { certificate, privateKey },
    { messageType, transactionId: CONSTANT_ID, senderNonce: Buffer.alloc(16, 1) },
  )
  const { eContent, signerInfos } = parseSignedData(await post(url, message))
  const attribute = (number: number) =>
    signerInfos[0]?.signedAttributes?.find(({ oid }) => oid === `2.16.840.1.113733.1.9.${number}`)?.values[0]?.content
  const delivered = eContent === undefined ? undefined : parseSignedData(await opened(eContent, decryption))
  return {
    status: String(attribute(3)),
    failInfo: attribute(4)?.toString(),
    certificates: (delivered?.certificates ?? []).map((one) => parseCertificate(one)),
    crls: (delivered?.crls ?? []).map(({ bytes }) => bytes),
  }
}

async function opened(eContent: Buffer, key: Asker['decryption']): Promise<Buffer> {
  const envelope = parseEnvelopedData(eContent)
  const [recipient] = envelope.recipientInfos
  if (recipient?.kind !== 'keyTransport') throw new Error('no key transport')
  const contentKey = await key.decrypt(recipient.encryptedKey, { scheme: 'rsa-pkcs1' })
  const content = decryptContent(envelope, contentKeyOfLength(contentKey, 16))
  if (content === undefined) throw new Error('the reply does not open')
  return content
}

const delivers = (certificate: Certificate) => ({ status: '0', certificates: [certificate], crls: [] })
const fails = (failInfo: keyof typeof FAILURE) => ({
  status: '2',
  failInfo: FAILURE[failInfo],
  certificates: [],
  crls: [],
})

test('S-4.5-02 S-4.5-01 GetCert delivers the certificate asked for and no other, revoked or not', async () => {
  expect(await ask('21', holder.certificate)).toMatchObject(delivers(holder.certificate))
  const revoked = await enrolled('CN=revoked')
  const digest = revoked.certificate.digest()
  await revoke({ digest }, { at: new Date(), reason: 'certificateHold' }, server.store.revocations)
  expect(await ask('21', revoked.certificate, revoked)).toMatchObject(delivers(revoked.certificate))
})

test('S-2.3-17 a self-signed signer with the key of the certificate gets it', async () => {
  const certificate = await selfSignedSigner(nameFromText('CN=whoever'), holder.key, new Date())
  expect(await ask('21', holder.certificate, { ...holder, certificate })).toMatchObject(delivers(holder.certificate))
  expect((await ask('22', holder.certificate, { ...holder, certificate })).crls).toHaveLength(1)
})

test('S-4.5-03 S-3.2.1.4-15 an unknown serial number, a foreign issuer and a certificate of our own are badCertId', async () => {
  await setSwitches({ getCert: 'any' })
  const { issuer, serialNumber } = holder.certificate
  expect(await ask('21', { issuer, serialNumber: Buffer.from('41', 'hex') })).toMatchObject(fails('badCertId'))
  expect(await ask('21', { issuer: nameFromText('CN=Another CA'), serialNumber })).toMatchObject(fails('badCertId'))
  expect(await ask('21', ca.recipient), 'the RA certificate').toMatchObject(fails('badCertId'))
  await setSwitches({})
})

test('S-3.3.4-02 a serial number with leading zeros is found, a negative and an endless one are not', async () => {
  const { issuer, serialNumber } = holder.certificate
  const padded = Buffer.concat([Buffer.alloc(3), serialNumber])
  expect(await ask('21', { issuer, serialNumber: padded })).toMatchObject(delivers(holder.certificate))
  for (const none of [Buffer.from([0xff]), Buffer.alloc(2_000, 0x41)]) {
    expect(await ask('21', { issuer, serialNumber: none })).toMatchObject(fails('badCertId'))
    expect((await ask('22', { issuer, serialNumber: none })).crls).toHaveLength(1)
  }
})

test('S-2.6-01 another device’s certificate is badCertId like an unknown one, unless the profile delivers any', async () => {
  expect(await ask('21', other.certificate)).toMatchObject(fails('badCertId'))
  expect(server.lines.findLast(({ msg }) => msg === 'scep')).toMatchObject({
    reason: 'certificate_unknown',
    detail: `the certificate ${serialToHex(other.certificate.serialNumber)} belongs to another device`,
  })
  await setSwitches({ getCert: 'any' })
  expect(await ask('21', other.certificate)).toMatchObject(delivers(other.certificate))
  await setSwitches({})
})

test('S-4.6-01 S-4.6-02 GetCRL delivers the newest CRL and nothing else, also for a serial number that nobody has', async () => {
  const { issuer } = holder.certificate
  const numberOf = async () => {
    const answer = await ask('22', { issuer, serialNumber: Buffer.from('41', 'hex') })
    expect(answer).toMatchObject({ status: '0', certificates: [] })
    expect(answer.crls).toHaveLength(1)
    const newest = await server.store.crls.newest(1)
    expect(answer.crls[0]).toEqual(newest?.der)
    return newest?.number ?? 0n
  }
  const before = await numberOf()
  const digest = (await enrolled('CN=lost')).certificate.digest()
  await revoke({ digest }, { at: new Date(), reason: 'keyCompromise' }, server.store.revocations)
  await server.runJobs()
  expect(await numberOf()).toBeGreaterThan(before)
})

test('S-4.6-02 S-3.2.1.4-15 GetCRL for a foreign issuer is badCertId', async () => {
  const { serialNumber } = holder.certificate
  expect(await ask('22', { issuer: nameFromText('CN=Another CA'), serialNumber })).toMatchObject(fails('badCertId'))
})

/** How many there are, read past all of our code. */
function transactions(): unknown {
  const database = new DatabaseSync(join(server.context.config.dataDir, 'chancery.sqlite'), { readOnly: true })
  const row = database.prepare('select count(*) as transactions from scep_transaction').get()
  database.close()
  return row?.transactions
}

test('S-3.2.1.1-08 one transactionID, in use by an enrolment, serves for as many questions as one likes and leaves no trace', async () => {
  const { configuration } = await server.context.snapshots.current()
  const rows = transactions()
  for (let time = 0; time < 3; time++) {
    expect(await ask('21', holder.certificate)).toMatchObject(delivers(holder.certificate))
    expect((await ask('22', holder.certificate)).status).toBe('0')
  }
  expect(transactions()).toBe(rows)
  expect(server.store.configuration.version()).toBe(configuration.version)
})

test('S-3.3.4-03 D-2.7-01 each can be switched off, and is badRequest then', async () => {
  await setSwitches({ getCert: 'off', getCrl: false })
  expect(await ask('21', holder.certificate)).toMatchObject(fails('badRequest'))
  expect(await ask('22', holder.certificate)).toMatchObject(fails('badRequest'))
  await setSwitches({ getCert: 'off' })
  expect((await ask('22', holder.certificate)).status, 'GetCRL is on by default').toBe('0')
  await setSwitches({})
})
