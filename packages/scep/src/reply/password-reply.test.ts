import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { der, parseEnvelopedData, parseSignedData, passwordEncryptionOf } from '@chancery/pki'
import { afterAll, expect, test } from 'vitest'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import { CA, DEFAULT, message, NOW, open, RA_KEY, DEVICE as RSA_DEVICE, refusal } from '../testing/exchange.ts'
import { challengeAttribute, commonName, ecKey, rawCertificate, rawCsr } from '../testing/raw-certificate.ts'
import { openRawEnvelope, readCertsOnly, readReply } from '../testing/read-reply.ts'
import { sealReply } from './seal-reply.ts'

const SECRET = 'pä$$ 1'
const DEVICE = rawCertificate({ privateKey: ecKey(), subject: commonName('ec-device') })
const ISSUED = rawCertificate({ privateKey: DEVICE.privateKey, issuerKey: CA.privateKey })
const content = (challenge: string | undefined) =>
  rawCsr({
    privateKey: DEVICE.privateKey,
    attributes: challenge === undefined ? [] : [challengeAttribute(der.utf8String(challenge))],
  })

const directory = mkdtempSync(join(tmpdir(), 'scep-'))
afterAll(() => rmSync(directory, { recursive: true }))

async function reply(policy = DEFAULT): Promise<Buffer> {
  const { replyTo } = await open(message({ signer: DEVICE }, { content: content(SECRET) }))
  const sealing = { ra: RA_KEY, policy, now: NOW, nonce: Buffer.alloc(16, 0x5a) }
  const sealed = await sealReply({ status: 'SUCCESS', certificates: [ISSUED.certificate] }, replyTo, sealing)
  return readReply(sealed).eContent as Buffer
}

test('S-3.1-P01 S-3.1-P02 S-3.1-P12 openssl opens the reply to an EC signer with the challenge of its request', async () => {
  const file = join(directory, 'reply.der')
  writeFileSync(file, await reply())
  const opened = execFileSync('openssl', [
    ...['cms', '-decrypt', '-inform', 'DER', '-in', file, '-binary', '-pwri_password', SECRET],
  ])
  expect(readCertsOnly(opened)).toEqual([ISSUED.certificate])
})

test('S-3.1-P03 S-3.1-P04 S-3.1-P07 S-3.2.2-02 it is version 3, of 100,000 rounds, a salt of 16 octets and HMAC-SHA256', async () => {
  const envelope = parseEnvelopedData(await reply())
  const [recipient] = envelope.recipientInfos
  if (recipient?.kind !== 'password') throw new Error(recipient?.kind)
  expect(envelope.version).toBe(3)
  const { salt, iterations, prf, cipher } = passwordEncryptionOf(recipient)
  expect([salt.length, iterations, prf, cipher.name]).toEqual([16, 100_000, 'sha256', 'aes-128-cbc'])
})

test('S-3.1-P04 a switch takes the function that PBKDF2 has by default', async () => {
  const [recipient] = parseEnvelopedData(
    await reply(resolveCompatibility('default', { passwordPrf: 'sha1' })),
  ).recipientInfos
  if (recipient?.kind !== 'password') throw new Error(recipient?.kind)
  expect(passwordEncryptionOf(recipient).prf).toBe('sha1')
})

test('S-3.1-P14 an EC signer without a challenge is badAlg, and nothing is returned that could be issued', async () => {
  const error = await refusal(message({ signer: DEVICE }, { content: content(undefined) }))
  expect(error).toMatchObject({ reason: 'signer_cannot_encrypt', failInfo: 'badAlg' })
})

test('S-7-02 an EC signer hears the same of an envelope that does not open, with a challenge or without', async () => {
  const error = await refusal(message({ signer: DEVICE }, { content: Buffer.from('hello') }))
  expect(error).toMatchObject({ reason: 'bad_envelope', failInfo: 'badRequest' })
})

test('S-4.6-01 the answer to GetCRL is the list alone, in its own field', async () => {
  const { replyTo } = await open(message())
  const crl = der.sequence(der.sequence(der.integer(1)))
  const sealing = { ra: RA_KEY, policy: DEFAULT, now: NOW, nonce: Buffer.alloc(16, 0x5a) }
  const raw = readReply(await sealReply({ status: 'SUCCESS', crl }, replyTo, sealing))
  const opened = openRawEnvelope(raw.eContent as Buffer, RSA_DEVICE.privateKey).content
  const { certificates, crls, signerInfos } = parseSignedData(opened)
  expect([certificates.length, signerInfos.length]).toEqual([0, 0])
  expect(crls.map(({ bytes }) => bytes)).toEqual([crl])
})
