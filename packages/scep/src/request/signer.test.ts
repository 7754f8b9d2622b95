import { der } from '@chancery/pki'
import { expect, test } from 'vitest'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import { CA, CSR, DEFAULT, DEVICE, message, NEVER_DECRYPTS, open, RA, refusal } from '../testing/exchange.ts'
import {
  commonName,
  extension,
  keyUsageExtension,
  rawCertificate,
  rawCsr,
  rawSign,
  rsaKey,
} from '../testing/raw-certificate.ts'
import { attribute, issuerAndSerial, rawEnvelope, rawSigned } from '../testing/raw-message.ts'

const KEY = DEVICE.privateKey

test('a good request opens, and says who signed it and for which key', async () => {
  const request = await open(message())
  expect(request.signer.selfSigned).toBe(true)
  expect(request.signer.certificate.der).toEqual(DEVICE.certificate)
  expect(request.csr.der).toEqual(CSR)
  expect(request.challengePassword?.reveal()).toBe('secret')
  expect(request.replyTo.ra?.id).toBe('ra-1')
  expect(JSON.stringify(request.challengePassword)).toBe('"[secret]"')
})

test('S-2.3-02 S-3.2.1.4-12 the signer is found by its identifier anywhere in the bag; left out it is badMessageCheck', async () => {
  const chain = [CA.certificate, RA.certificate, DEVICE.certificate]
  expect((await open(message({ certificates: chain }))).signer.certificate.der).toEqual(DEVICE.certificate)
  const error = await refusal(message({ certificates: [CA.certificate, RA.certificate] }))
  expect(error).toMatchObject({ reason: 'signer_missing', failInfo: 'badMessageCheck' })
})

test('S-3.2.1.4-11 a refused or unknown signature algorithm is badAlg also where the signer is missing', async () => {
  for (const oid of ['1.2.840.113549.1.1.4', '1.2.3.4']) {
    const signatureAlgorithm = der.sequence(der.oid(oid), der.nullValue())
    const error = await refusal(message({ signatureAlgorithm, certificates: [] }))
    expect(error).toMatchObject({ reason: 'signature_algorithm_refused', failInfo: 'badAlg' })
  }
})

test('S-2.3-01 a message without any certificate is badMessageCheck', async () => {
  expect(await refusal(message({ certificates: [] }))).toMatchObject({ reason: 'signer_missing' })
})

test('C-ID-02 of two certificates with one issuer and serial, the one whose key verifies is the signer', async () => {
  const decoy = rawCertificate({ subject: commonName('device1'), serial: DEVICE.serial })
  const bytes = message({ certificates: [decoy.certificate, DEVICE.certificate] })
  expect((await open(bytes)).signer.certificate.der).toEqual(DEVICE.certificate)
})

test('C-ID-03 C-ID-10 other kinds of certificates in the bag are skipped', async () => {
  const others = [1, 2, 3].map((number) => der.implicit(number, der.sequence(der.integer(1))))
  expect((await open(message({ certificates: [...others, DEVICE.certificate] }))).messageType).toBe('PKCSReq')
})

test('C-ID-01 S-3.2-02 a signer named by its subject key identifier is found', async () => {
  const identifier = Buffer.from('00112233', 'hex')
  const signer = rawCertificate({
    privateKey: KEY,
    extensions: [extension('2.5.29.14', false, der.octetString(identifier))],
  })
  const sid = der.implicit(0, der.octetString(identifier))
  for (const version of [3, 1]) {
    expect((await open(message({ signer, sid, version, signerVersion: 3 }))).messageType).toBe('PKCSReq')
  }
})

test.each([
  ['a serial of 32 octets (sscep)', { serial: Buffer.alloc(32, 0x41) }],
  ['the serial 0', { serial: Buffer.from([0]) }],
  ['a negative serial', { serial: Buffer.from([0x80, 1]) }],
  ['a serial with a superfluous zero', { serial: Buffer.from([0, 1]) }],
  ['version 1 (certmonger)', { version: 1 as const, serial: Buffer.alloc(33, 7) }],
  ['another subject than the request (micromdm)', { subject: commonName('SCEP SIGNER') }],
  ['a validity in 1970', { notBefore: new Date(0), notAfter: new Date(86_400_000) }],
  ['a SHA-1 signature', { digest: 'sha1' }],
  ['no key usage that fits', { extensions: [keyUsageExtension(1)] }],
  ['a critical authorityKeyIdentifier (Windows)', { extensions: [extension('2.5.29.35', true, der.sequence())] }],
])('S-2.3-06 S-2.3-09 C-ID-07 a self-signed signer with %s is accepted', async (_, options) => {
  const signer = rawCertificate({ privateKey: KEY, ...options })
  const request = await open(message({ signer }))
  expect(request.signer.selfSigned).toBe(true)
  expect(request.signer.certificate.serialNumber).toEqual(signer.serial)
})

test('S-2.3-08 S-3.2.1.4-12 a self-signed certificate whose own signature is wrong is badMessageCheck', async () => {
  const signature = (right: Buffer) => Buffer.from(right.map((octet, index) => (index === 9 ? octet ^ 1 : octet)))
  const signer = rawCertificate({ privateKey: KEY, signature })
  expect(await refusal(message({ signer }))).toMatchObject({ reason: 'bad_signature', failInfo: 'badMessageCheck' })
})

test('a self-signed certificate with different names is self-signed all the same', async () => {
  const signer = rawCertificate({ privateKey: KEY, issuer: commonName('somebody') })
  expect((await open(message({ signer }))).signer.selfSigned).toBe(true)
})

test('D-8.6-01 an issued certificate signs whatever its key usage', async () => {
  const extensions = [keyUsageExtension(2)]
  const signer = rawCertificate({ issuer: commonName('Test CA'), issuerKey: CA.privateKey, extensions })
  expect((await open(message({ signer }))).signer.selfSigned).toBe(false)
})

test('a certificate that a CA issued is not self-signed, and its key may differ from that of the request', async () => {
  const signer = rawCertificate({ issuer: commonName('Test CA'), issuerKey: CA.privateKey })
  const request = await open(message({ signer }))
  expect(request.signer.selfSigned).toBe(false)
  expect(request.replyTo.recipient?.der).toEqual(signer.certificate)
})

test('S-2.3-07 a captured envelope signed anew by another self-signed key is refused, unless the switch allows it', async () => {
  const attacker = rawCertificate({ subject: commonName('device1') })
  const bytes = message({ signer: attacker })
  expect(await refusal(bytes)).toMatchObject({ reason: 'bad_envelope', failInfo: 'badRequest' })
  const request = await open(bytes, resolveCompatibility('default', { signerKeyRule: 'any-key' }))
  expect(request.signer.certificate.der).toEqual(attacker.certificate)
})

test('S-2.3-20 S-3.2.1.4-12 with a wrong signature nothing is decrypted', async () => {
  const sign = (data: Buffer) => rawSign(rsaKey(), 'sha256', data)
  const error = await refusal(message({ sign }), DEFAULT, [NEVER_DECRYPTS])
  expect(error).toMatchObject({ reason: 'bad_signature', failInfo: 'badMessageCheck' })
})

test('S-3.2.1.4-17 a refusal for a bad signature still says whom to answer', async () => {
  const { replyTo } = await refusal(message({ sign: () => Buffer.alloc(256) }))
  expect(replyTo?.transactionId).toBe('7XXEY-ERLPU-2JDR9')
  expect(replyTo?.senderNonce?.toString('hex')).toBe('000102030405060708090a0b0c0d0e0f')
})

test('S-3.2-12 S-3.2.1.4-12 a wrong messageDigest or contentType is badMessageCheck', async () => {
  expect(await refusal(message({ messageDigest: Buffer.alloc(32) }))).toMatchObject({ reason: 'bad_digest' })
  const other = attribute('1.2.840.113549.1.9.3', der.oid('1.2.840.113549.1.7.3'))
  expect(await refusal(message({ contentTypeAttribute: other }))).toMatchObject({ failInfo: 'badMessageCheck' })
  expect(await refusal(message({ contentTypeAttribute: null }))).toMatchObject({ failInfo: 'badMessageCheck' })
})

test('S-3.2-07 C-SA-05 attributes passed off as content, without signed attributes, are not a message', async () => {
  const signed = message()
  const eContent = der.set(...[signed])
  const forged = rawSigned({ signer: DEVICE, eContent, signedAttributes: 'absent' })
  expect(await refusal(forged)).toMatchObject({ reason: 'malformed', failInfo: null })
})

test('S-3.2-06 a message with two signers or none is malformed', async () => {
  expect(await refusal(message({ signerInfos: () => [] }))).toMatchObject({ reason: 'malformed' })
  expect(await refusal(message({ signerInfos: (ours) => [ours, ours] }))).toMatchObject({ reason: 'malformed' })
})

test('S-7-13 a message with a thousand certificates is refused', async () => {
  const certificates = Array.from({ length: 1000 }, () => DEVICE.certificate)
  expect(await refusal(message({ certificates }))).toMatchObject({ failInfo: null })
})

test('S-3.1-15 a signer whose RSA exponent is 1, or whose modulus has 64 kbit, verifies nothing', async () => {
  for (const [modulus, exponent] of [
    [Buffer.alloc(256, 0xc1), 1],
    [Buffer.alloc(8192, 0xc1), 65537],
  ] as const) {
    const rsa = der.sequence(der.unsignedInteger(modulus), der.integer(exponent))
    const spki = der.sequence(der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nullValue()), der.bitString(rsa))
    const name = commonName('weak')
    const validity = der.sequence(der.time(new Date(0)), der.time(new Date(1e12)))
    const id = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nullValue())
    const tbs = der.sequence(der.integer(1), id, name, validity, name, spki)
    const certificate = der.sequence(tbs, id, der.bitString(Buffer.alloc(modulus.length, 1)))
    const signer = { ...DEVICE, certificate, issuer: name, serial: Buffer.from([1]) }
    expect((await refusal(message({ signer, sign: () => Buffer.alloc(modulus.length, 1) }))).failInfo).not.toBeNull()
  }
})

test('C-SA-01 a signature over the attributes under their tag [0] is wrong', async () => {
  expect(await refusal(message({ signOver: 'a0' }))).toMatchObject({ failInfo: 'badMessageCheck' })
})

test('C-SA-03 attributes out of order verify as signed, whether that was before or after sorting', async () => {
  const order = (sorted: Buffer[]) => sorted.reverse()
  expect((await open(message({ order, signOver: 'wire' }))).messageType).toBe('PKCSReq')
  expect((await open(message({ order, signOver: 'sorted' }))).messageType).toBe('PKCSReq')
})

test('S-3.1-06 C-ID-02 a signer named with its issuer re-encoded is found', async () => {
  const sid = issuerAndSerial({ ...DEVICE, issuer: commonName('device1', der.printableString) })
  expect((await open(message({ sid }))).messageType).toBe('PKCSReq')
})

test('D-3.2.1-01 an empty challenge counts as none', async () => {
  const empty = der.sequence(der.oid('1.2.840.113549.1.9.7'), der.set(der.printableString('')))
  const content = rawCsr({ privateKey: KEY, attributes: [empty] })
  expect((await open(message({ eContent: rawEnvelope({ content, recipient: RA }) }))).challengePassword).toBeUndefined()
})
