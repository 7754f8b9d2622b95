import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TAG } from '@chancery/pki'
import { afterAll, expect, test } from 'vitest'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import type { ReplyTo } from '../reply-to.ts'
import {
  CA,
  certificateOf,
  DEFAULT,
  DEVICE,
  ecRaKey,
  message,
  NOW,
  open,
  RA,
  RA_KEY,
  refusal,
} from '../testing/exchange.ts'
import { commonName, ecKey, rawCertificate, rawCsr, spkiOf } from '../testing/raw-certificate.ts'
import { DIGEST_OIDS, issuerAndSerial, requestAttributes } from '../testing/raw-message.ts'
import { openRawEnvelope, readCertsOnly, readReply, scepAttribute, signatureIsRight } from '../testing/read-reply.ts'
import type { CertRep } from './cert-rep.ts'
import { type Sealing, sealReply } from './seal-reply.ts'

const ISSUED = rawCertificate({
  privateKey: DEVICE.privateKey,
  issuer: commonName('Test CA'),
  issuerKey: CA.privateKey,
})
const NONCE = Buffer.alloc(16, 0x5a)
const SUCCESS: CertRep = { status: 'SUCCESS', certificates: [ISSUED.certificate] }
const FAILURE: CertRep = { status: 'FAILURE', failInfo: 'badRequest', text: 'no: é 4711' }
const STATUSES: readonly [CertRep, string][] = [
  [SUCCESS, '0'],
  [FAILURE, '2'],
  [{ status: 'PENDING' }, '3'],
]

const directory = mkdtempSync(join(tmpdir(), 'scep-'))
afterAll(() => rmSync(directory, { recursive: true }))

async function seal(reply: CertRep, to?: Partial<ReplyTo>, sealing?: Partial<Sealing>): Promise<Buffer> {
  const { replyTo } = await open(message())
  return sealReply(reply, { ...replyTo, ...to }, { ra: RA_KEY, policy: DEFAULT, now: NOW, nonce: NONCE, ...sealing })
}

test.each(STATUSES)(
  'S-3.2.1-01 S-3.2.1-02 S-3.2.1-05 S-3.2.1-07 S-3.2.1.1-02 %o carries each attribute once, in its type',
  async (reply, status) => {
    const raw = readReply(await seal(reply))
    const printable = (number: number) => {
      const element = scepAttribute(raw, number)
      return element?.tag === TAG.printableString ? element.content.toString('latin1') : undefined
    }
    expect(printable(2)).toBe('3')
    expect(printable(3)).toBe(status)
    expect(printable(7)).toBe('7XXEY-ERLPU-2JDR9')
    expect(scepAttribute(raw, 5)?.tag).toBe(TAG.octetString)
    expect(scepAttribute(raw, 5)?.content).toEqual(NONCE)
    expect(scepAttribute(raw, 6)?.content.toString('hex')).toBe('000102030405060708090a0b0c0d0e0f')
    expect(raw.attributes.get('1.2.840.113549.1.9.3')?.bytes.toString('hex')).toBe('06092a864886f70d010701')
    expect(raw.attributes.get('1.2.840.113549.1.9.5')?.content.toString()).toBe('260601120000Z')
    expect(raw.attributes.size).toBe(raw.attributeOrder.length)
  },
)

test.each(STATUSES)(
  'S-3.2-08 S-3.2-02 S-3.2-12 C-SA-02 C-AL-02 S-3.1-16 S-7-06 %o is signed as every client can read',
  async (reply) => {
    const raw = readReply(await seal(reply))
    expect(raw.version).toBe(1)
    expect(raw.certificates).toEqual([RA.certificate])
    expect(raw.sid).toEqual(issuerAndSerial(RA))
    expect(raw.signatureAlgorithm.bytes.toString('hex')).toBe('300d06092a864886f70d0101010500')
    expect(raw.attributeOrder).toEqual([...raw.attributeOrder].sort(Buffer.compare))
    expect(signatureIsRight(raw, RA.spki, 'sha256')).toBe(true)
  },
)

test.each(STATUSES)('S-3.2.1-03 %o carries failInfo exactly when it is a FAILURE', async (reply, status) => {
  const raw = readReply(await seal(reply))
  expect(scepAttribute(raw, 4) !== undefined).toBe(status === '2')
  expect(raw.attributes.has('1.3.6.1.5.5.7.24.1')).toBe(status === '2')
})

test('S-3.2.1-06 S-3.2.1-08 failInfo is a digit and failInfoText UTF-8; the text can be switched off', async () => {
  const raw = readReply(await seal(FAILURE))
  expect(scepAttribute(raw, 4)?.bytes.toString('hex')).toBe('130132')
  const text = raw.attributes.get('1.3.6.1.5.5.7.24.1')
  expect(text?.tag).toBe(TAG.utf8String)
  expect(text?.content.toString('utf8')).toBe('no: é 4711')
  const silent = readReply(
    await seal(FAILURE, {}, { policy: resolveCompatibility('default', { failInfoText: false }) }),
  )
  expect(silent.attributes.has('1.3.6.1.5.5.7.24.1')).toBe(false)
})

test.each([
  ['default', undefined],
  ['certmonger', '0400'],
])('S-3.2-04 S-3.3.2.2-01 the profile %s puts %s where the envelope would be', async (name, expected) => {
  for (const reply of [FAILURE, { status: 'PENDING' } as const]) {
    const raw = readReply(await seal(reply, {}, { policy: resolveCompatibility(name) }))
    expect(raw.encapsulated.children).toHaveLength(expected === undefined ? 1 : 2)
    expect(raw.encapsulated.children[1]?.children[0]?.bytes.toString('hex')).toBe(expected)
    expect(signatureIsRight(raw, RA.spki, 'sha256')).toBe(true)
  }
})

test('S-3.2-12 the content of NDES is one octet, and digested', async () => {
  const policy = resolveCompatibility('default', { emptyContent: 'ndes' })
  const raw = readReply(await seal(FAILURE, {}, { policy }))
  expect(raw.eContent).toEqual(Buffer.from([0]))
  expect(signatureIsRight(raw, RA.spki, 'sha256')).toBe(true)
})

test('S-3.3.2.1-01 S-3.1-02 S-3.2.2-01 S-3.2.2-02 a SUCCESS is a certs-only SignedData in an envelope of one recipient', async () => {
  const raw = readReply(await seal(SUCCESS))
  const envelope = openRawEnvelope(raw.eContent as Buffer, DEVICE.privateKey)
  expect(envelope.version).toBe(0)
  expect(envelope.recipients).toHaveLength(1)
  expect(envelope.keyEncryption.bytes.toString('hex')).toBe('300d06092a864886f70d0101010500')
  expect(readCertsOnly(envelope.content)).toEqual([ISSUED.certificate])
})

test('S-3.3.2.1-03 C-ID-05 the leaf stays first, though it is longer than the CA certificate', async () => {
  const leaf = rawCertificate({ subject: commonName('x'.repeat(400)), issuerKey: CA.privateKey })
  expect(leaf.certificate.length).toBeGreaterThan(CA.certificate.length)
  const raw = readReply(await seal({ status: 'SUCCESS', certificates: [leaf.certificate, CA.certificate] }))
  const { content } = openRawEnvelope(raw.eContent as Buffer, DEVICE.privateKey)
  expect(readCertsOnly(content)).toEqual([leaf.certificate, CA.certificate])
})

test.each([
  ['32 octets (sscep)', Buffer.alloc(32, 0x41)],
  ['a superfluous zero', Buffer.from('0001', 'hex')],
  ['a negative one', Buffer.from('8001', 'hex')],
])('S-2.3-03 C-ID-07 the recipient is the signer of the request, its serial of %s copied', async (_, serial) => {
  const signer = rawCertificate({ privateKey: DEVICE.privateKey, serial, subject: commonName('SCEP SIGNER') })
  const { replyTo } = await open(message({ signer }))
  const raw = readReply(await seal(SUCCESS, replyTo))
  expect(openRawEnvelope(raw.eContent as Buffer, DEVICE.privateKey).rid).toEqual(issuerAndSerial(signer))
})

test('S-2.3-03 where signer and request have two keys, the reply opens with the signer’s', async () => {
  const old = rawCertificate({ issuer: commonName('Test CA'), issuerKey: CA.privateKey })
  const { replyTo } = await open(message({ signer: old }, { content: rawCsr({ privateKey: DEVICE.privateKey }) }))
  const raw = readReply(await seal(SUCCESS, replyTo))
  expect(openRawEnvelope(raw.eContent as Buffer, old.privateKey).rid).toEqual(issuerAndSerial(old))
})

test.each([
  ['aes-128-cbc', '2.16.840.1.101.3.4.1.2'],
  ['aes-256-cbc', '2.16.840.1.101.3.4.1.42'],
  ['des-ede3-cbc', '1.2.840.113549.3.7'],
  ['des-cbc', '1.2.840.113549.3.7'],
] as const)('S-3.1-11 S-2.9-01 S-2.9-02 a request in %s is answered in %s', async (cipher, oid) => {
  const { replyTo } = await open(message({}, { cipher }), resolveCompatibility('legacy'))
  const raw = readReply(await seal(SUCCESS, replyTo))
  expect(openRawEnvelope(raw.eContent as Buffer, DEVICE.privateKey).cipherOid).toBe(oid)
})

test.each(['sha1', 'sha256', 'sha384', 'sha512'])(
  'S-3.1-12 C-AL-04 a request digested with %s is answered with it',
  async (digest) => {
    const { replyTo } = await open(message({ digest }))
    const raw = readReply(await seal(SUCCESS, replyTo))
    expect(raw.digestOid).toBe(DIGEST_OIDS[digest])
    expect(signatureIsRight(raw, RA.spki, digest)).toBe(true)
  },
)

test('S-3.1-13 S-3.2.1.4-17 the refusal of a forbidden digest is signed with SHA-256 and correlated', async () => {
  const { replyTo } = await refusal(message({ digest: 'md5' }))
  const raw = readReply(await seal({ status: 'FAILURE', failInfo: 'badAlg' }, replyTo))
  expect(raw.digestOid).toBe(DIGEST_OIDS.sha256)
  expect(signatureIsRight(raw, RA.spki, 'sha256')).toBe(true)
  expect(scepAttribute(raw, 6)?.content.toString('hex')).toBe('000102030405060708090a0b0c0d0e0f')
})

test('a request by RSA-OAEP is answered by RSA-OAEP', async () => {
  const { replyTo } = await open(message({}, { oaep: true }))
  const raw = readReply(await seal(SUCCESS, replyTo))
  expect(readCertsOnly(openRawEnvelope(raw.eContent as Buffer, DEVICE.privateKey, true).content)).toHaveLength(1)
})

test('S-3.2.1-14 a request without senderNonce is answered without recipientNonce', async () => {
  const bytes = message({ attributes: requestAttributes({ senderNonce: null }) })
  const { replyTo } = await open(bytes, resolveCompatibility('legacy'))
  const raw = readReply(await seal({ status: 'PENDING' }, replyTo))
  expect(raw.attributes.size).toBe(7)
  expect(scepAttribute(raw, 6)).toBeUndefined()
})

test('S-3.1-16 an EC key signs with ECDSA over SHA-2, also where SHA-1 was asked', async () => {
  const ra = rawCertificate({ privateKey: ecKey() })
  const { replyTo } = await open(message({ digest: 'sha1' }))
  const raw = readReply(await seal({ status: 'PENDING' }, replyTo, { ra: ecRaKey(ra) }))
  expect(raw.digestOid).toBe(DIGEST_OIDS.sha256)
  expect(signatureIsRight(raw, spkiOf(ra.privateKey), 'sha256')).toBe(true)
})

test('S-3.1-P14 a key that nothing can be encrypted to is a refusal, not a crash', async () => {
  const recipient = certificateOf(rawCertificate({ privateKey: ecKey() }))
  await expect(seal(SUCCESS, { recipient })).rejects.toMatchObject({ reason: 'signer_cannot_encrypt' })
})

test('C-BER-05 openssl reads, verifies and decrypts what we write', async () => {
  const file = (name: string, content: Buffer | string) => {
    const path = join(directory, name)
    writeFileSync(path, content)
    return path
  }
  const pem = (certificate: Buffer) =>
    `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  const reply = file('reply.der', await seal(SUCCESS))
  const content = join(directory, 'content.der')
  const ca = file('ca.pem', pem(CA.certificate))
  execFileSync(
    'openssl',
    [
      ...['cms', '-verify', '-inform', 'DER', '-in', reply, '-CAfile', ca, '-purpose', 'any', '-no_check_time'],
      ...['-binary', '-out', content],
    ],
    { stdio: 'pipe' },
  )
  const key = file('key.pem', DEVICE.privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const device = file('device.pem', pem(DEVICE.certificate))
  const degenerate = execFileSync('openssl', [
    'cms',
    '-decrypt',
    '-inform',
    'DER',
    '-in',
    content,
    '-inkey',
    key,
    '-recip',
    device,
    '-binary',
  ])
  const printed = execFileSync('openssl', [
    'pkcs7',
    '-inform',
    'DER',
    '-in',
    file('p7.der', degenerate),
    '-print_certs',
  ])
  expect(printed.toString()).toContain('BEGIN CERTIFICATE')
})
