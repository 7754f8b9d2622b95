import { execFileSync } from 'node:child_process'
import {
  parseCertificate,
  parseName,
  publicKeyInfoOf,
  readElement,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { expect, test } from 'vitest'
import { sealReply } from '../reply/seal-reply.ts'
import { CA, CSR, certificateOf, DEFAULT, DEVICE, NOW, open, RA, RA_KEY } from '../testing/exchange.ts'
import { commonName, ecKey } from '../testing/raw-certificate.ts'
import { openRawEnvelope, readReply, scepAttribute, signatureIsRight } from '../testing/read-reply.ts'
import { ISSUED } from '../testing/reply.ts'
import { keyTransactionId } from '../transaction-id.ts'
import { openReply } from './open-reply.ts'
import { sealRequest } from './seal-request.ts'
import { selfSignedSigner } from './self-signed-signer.ts'

const SUBJECT = parseName(readElement(commonName('device1')))
const KEY = softwareSigningKey(DEVICE.privateKey)
const NONCE = Buffer.alloc(16, 0x33)

async function seal(changes: Partial<Parameters<typeof sealRequest>[0]> = {}) {
  const certificate = await selfSignedSigner(SUBJECT, KEY, NOW)
  return sealRequest({
    messageType: 'PKCSReq',
    csr: CSR,
    nonce: NONCE,
    signer: { certificate, key: KEY },
    recipient: certificateOf(RA),
    digest: 'sha256',
    contentEncryption: 'aes-128-cbc',
    ...changes,
  })
}

test('S-2.3-04 S-2.3-05 the self-signed certificate has subject and key of the request, and the usages its key can', async () => {
  const rsa = await selfSignedSigner(SUBJECT, KEY, NOW)
  expect(rsa.subject.der).toEqual(SUBJECT.der)
  expect(rsa.publicKey.der).toEqual(KEY.publicKey.der)
  expect(rsa.extensions.map(({ value }) => value.toString('hex'))).toEqual(['030205a0'])
  const ec = await selfSignedSigner(SUBJECT, softwareSigningKey(ecKey()), NOW)
  expect(ec.extensions.map(({ value }) => value.toString('hex'))).toEqual(['03020780'])
  expect(rsa.notBefore < NOW && NOW < rsa.notAfter).toBe(true)
})

test('S-3.1-01 S-3.1-02 S-3.1-03 S-3.2.1-01 S-2.9-01 a sealed request is encrypted to one recipient, then signed', async () => {
  const { message, transactionId } = await seal()
  const raw = readReply(message)
  expect(signatureIsRight(raw, DEVICE.spki, 'sha256')).toBe(true)
  const envelope = openRawEnvelope(raw.eContent as Buffer, RA.privateKey)
  expect(envelope.recipients).toHaveLength(1)
  expect(envelope.cipherOid).toBe('2.16.840.1.101.3.4.1.2')
  expect(envelope.content).toEqual(CSR)
  expect(scepAttribute(raw, 2)?.bytes.toString('hex')).toBe('13023139')
  expect(scepAttribute(raw, 5)?.content).toEqual(NONCE)
  expect(scepAttribute(raw, 7)?.content.toString()).toBe(transactionId)
  expect(raw.attributes.size).toBe(5)
})

test('S-3.3.1-01 what is sealed is a PKCS#10 that OpenSSL reads, with its subject and its key', async () => {
  const { message } = await seal()
  const { content } = openRawEnvelope(readReply(message).eContent as Buffer, RA.privateKey)
  const options = ['req', '-inform', 'DER', '-verify', '-noout', '-subject', '-pubkey']
  const printed = execFileSync('openssl', options, { input: content, stdio: 'pipe' }).toString()
  expect(printed).toMatch(/CN ?= ?device1/)
  expect(printed).toContain(DEVICE.spki.toString('base64').slice(0, 64))
})

test('S-2.3-01 S-2.3-19 the certificate that signs is in the message', async () => {
  const { message } = await seal()
  const [certificate] = readReply(message).certificates
  expect(parseCertificate(certificate as Buffer).publicKey.der).toEqual(DEVICE.spki)
})

test('S-3.2.1.1-01 S-3.2.1.1-06 a transactionID is random, or the digest of the key', async () => {
  const [one, other] = await Promise.all([seal(), seal()])
  expect(one.transactionId).toMatch(/^[0-9A-F]{32}$/)
  expect(other.transactionId).not.toBe(one.transactionId)
  const key = publicKeyInfoOf(DEVICE.privateKey)
  expect(keyTransactionId(key)).toBe(keyTransactionId(publicKeyInfoOf(DEVICE.privateKey)))
  expect((await seal({ transactionId: keyTransactionId(key) })).transactionId).toMatch(/^[0-9A-F]{64}$/)
})

test('S-3.3.1-09 a renewal says so', async () => {
  const { message } = await seal({ messageType: 'RenewalReq' })
  expect(scepAttribute(readReply(message), 2)?.content.toString()).toBe('17')
})

test.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)(
  'N-02 the server opens what the client seals, and back, in %s',
  async (digest) => {
    for (const contentEncryption of ['aes-128-cbc', 'aes-256-cbc', 'des-ede3-cbc'] as const) {
      const keyTransport =
        digest === 'sha512' ? ({ scheme: 'rsa-oaep', hash: 'sha256', mgfHash: 'sha256' } as const) : undefined
      const sealed = await seal({ digest, contentEncryption, ...(keyTransport && { keyTransport }) })
      const request = await open(sealed.message)
      expect(request.csr.der).toEqual(CSR)
      const sealing = { ra: RA_KEY, policy: DEFAULT, now: NOW, nonce: Buffer.alloc(16, 1) }
      const reply = await sealReply({ status: 'SUCCESS', certificates: [ISSUED.certificate] }, request.replyTo, sealing)
      const opened = await openReply(reply, {
        ...sealed,
        trusted: [certificateOf(CA), certificateOf(RA)],
        decryption: softwareDecryptionKey(DEVICE.privateKey),
        csrKey: request.csr.publicKey,
        issuers: [certificateOf(CA)],
      })
      expect(opened).toMatchObject({ status: 'SUCCESS' })
    }
  },
)

test('S-7-16 neither initialisation vector nor content key nor serial is ever used twice', async () => {
  const sealed = await Promise.all(Array.from({ length: 50 }, () => seal()))
  const contents = sealed.map(({ message }) => readReply(message).eContent?.toString('hex'))
  expect(new Set(contents).size).toBe(50)
})
