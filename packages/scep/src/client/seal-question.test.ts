import { execFileSync, spawnSync } from 'node:child_process'
import { der, nameFromText, readElement, softwareSigningKey } from '@chancery/pki'
import { expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import { CA, certificateOf, DEVICE, RA } from '../testing/exchange.ts'
import { caExtension, commonName, ecKey, rawCertificate } from '../testing/raw-certificate.ts'
import { openRawEnvelope, readReply, scepAttribute, signatureIsRight } from '../testing/read-reply.ts'
import { ISSUED } from '../testing/reply.ts'
import type { TransactionId } from '../transaction-id.ts'
import type { MessageParts } from './seal-message.ts'
import { sealPoll, sealQuestion } from './seal-question.ts'

const NONCE = Buffer.alloc(16, 0x33)
const ISSUER = certificateOf(CA).subject
const SUBJECT = nameFromText('CN=device1')

const PARTS: MessageParts = {
  transactionId: '4711' as TransactionId,
  nonce: NONCE,
  signer: { certificate: certificateOf(DEVICE), key: softwareSigningKey(DEVICE.privateKey) },
  recipient: certificateOf(RA),
  digest: 'sha256',
  contentEncryption: 'aes-128-cbc',
}

const sealers = {
  CertPoll: () => sealPoll({ ...PARTS, issuer: ISSUER, subject: SUBJECT }),
  GetCert: () => sealQuestion({ ...PARTS, messageType: 'GetCert', certificate: certificateOf(ISSUED) }),
  GetCRL: () => sealQuestion({ ...PARTS, messageType: 'GetCRL', certificate: certificateOf(ISSUED) }),
} as const

const contentOf = (message: Buffer): Buffer =>
  openRawEnvelope(readReply(message).eContent as Buffer, RA.privateKey).content

test.each([
  ['CertPoll', '13023230'],
  ['GetCert', '13023231'],
  ['GetCRL', '13023232'],
] as const)(
  'S-3.2.1-01 S-3.2.1.5-06 a %s has its transaction, its type and a nonce, and no recipientNonce',
  async (type, bytes) => {
    const { message, transactionId, senderNonce } = await sealers[type]()
    const raw = readReply(message)
    expect(signatureIsRight(raw, DEVICE.spki, 'sha256')).toBe(true)
    expect(scepAttribute(raw, 2)?.bytes.toString('hex')).toBe(bytes)
    expect(scepAttribute(raw, 5)?.content).toEqual(NONCE)
    expect(scepAttribute(raw, 6)).toBeUndefined()
    expect(scepAttribute(raw, 7)?.bytes).toEqual(der.printableString('4711'))
    expect(raw.attributes.size).toBe(5)
    expect([transactionId, senderNonce]).toEqual(['4711', NONCE])
  },
)

test('S-3.3.3-01 D-3.1.1.2-02 a poll names the CA and the subject of the request, as GetCertInitial did', async () => {
  const { message } = await sealers.CertPoll()
  expect(contentOf(message)).toEqual(der.sequence(commonName('Test CA'), SUBJECT.der))
})

test.each(['GetCert', 'GetCRL'] as const)(
  'S-3.3.4-01 a %s names issuer and serial number, octet for octet',
  async (type) => {
    const { message } = await sealers[type]()
    expect(contentOf(message)).toEqual(der.sequence(ISSUED.issuer, der.integer(ISSUED.serial)))
  },
)

test.skipIf(spawnSync('openssl', ['version']).status !== 0)(
  'S-3.1-P01 S-3.3.3-01 a poll to an EC CA goes under the password, as OpenSSL reads it',
  async () => {
    const ca = rawCertificate({ subject: commonName('EC CA'), privateKey: ecKey(), extensions: [caExtension()] })
    const password = new Secret('pä$$ 1')
    const parts = { ...PARTS, recipient: certificateOf(ca), password }
    const { message } = await sealPoll({ ...parts, issuer: certificateOf(ca).subject, subject: SUBJECT })
    const input = readReply(message).eContent as Buffer
    const options = ['cms', '-decrypt', '-inform', 'DER', '-binary', '-pwri_password', password.reveal()]
    const opened = readElement(execFileSync('openssl', options, { input, stdio: 'pipe' }))
    expect(opened.children.map(({ bytes }) => bytes)).toEqual([commonName('EC CA'), SUBJECT.der])
  },
)
