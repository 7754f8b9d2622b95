import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { der, readElement } from '@chancery/pki'
import { expect, test } from 'vitest'
import { capabilities } from '../capability.ts'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import { DEVICE, message, NEVER_DECRYPTS, open, refusal } from '../testing/exchange.ts'
import { algorithm, ecKey, NULL_PARAMETERS, rawCertificate, rawCsr, rawSign } from '../testing/raw-certificate.ts'
import { DIGEST_OIDS } from '../testing/raw-message.ts'

const STRICT = resolveCompatibility('strict')
const LEGACY = resolveCompatibility('legacy')

test.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'])(
  'S-2.9-10 S-2.9-11 S-2.9-13 S-3.1-12 a message digested with %s opens, and its reply will be',
  async (digest) => {
    expect((await open(message({ digest }))).replyTo.digest).toBe(digest)
  },
)

test.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'] as const)(
  'S-2.9-01 S-2.9-02 S-2.9-04 S-3.1-11 a request in %s opens, and its reply will be in it',
  async (cipher) => {
    expect((await open(message({}, { cipher }))).replyTo.contentEncryption).toBe(cipher)
  },
)

test('legacy algorithms of a request are told', async () => {
  expect((await open(message())).legacy).toEqual([])
  const request = await open(message({ digest: 'sha1' }, { cipher: 'des-ede3-cbc' }))
  expect(request.legacy).toEqual(['sha1', 'des-ede3-cbc'])
  const content = rawCsr({ privateKey: DEVICE.privateKey, digest: 'sha1' })
  expect((await open(message({}, { content }))).legacy).toEqual(['sha1'])
})

test('S-3.5.2-06 S-3.2.1.4-19 S-2.9-11 what a profile switches off is refused with badAlg', async () => {
  expect(await refusal(message({ digest: 'sha1' }), STRICT)).toMatchObject({
    reason: 'digest_refused',
    failInfo: 'badAlg',
  })
  expect(await refusal(message({}, { cipher: 'des-ede3-cbc' }), STRICT)).toMatchObject({
    reason: 'content_encryption_refused',
    failInfo: 'badAlg',
  })
})

test('S-2.9-04 S-3.5.2-06 each of 3DES and SHA-1 is switched off alone, in what is accepted and in what is advertised', async () => {
  const off = resolveCompatibility('default', { tripleDes: false })
  const tripleDes = message({}, { cipher: 'des-ede3-cbc' })
  expect(await refusal(tripleDes, off)).toMatchObject({ reason: 'content_encryption_refused', failInfo: 'badAlg' })
  expect((await open(message({ digest: 'sha1' }), off)).legacy).toEqual(['sha1'])
  expect(capabilities(off, { renewal: true }).split('\n')).not.toContain('DES3')
  const noSha1 = resolveCompatibility('default', { sha1: false })
  expect(await refusal(message({ digest: 'sha1' }), noSha1)).toMatchObject({ reason: 'digest_refused' })
  expect((await open(tripleDes, noSha1)).legacy).toEqual(['des-ede3-cbc'])
  expect(capabilities(noSha1, { renewal: true }).split('\n')).not.toContain('SHA-1')
})

test('S-2.9-03 S-3.5.2-07 D-8-01 single DES is refused by name, unless the legacy switch is on', async () => {
  const bytes = message({}, { cipher: 'des-cbc' })
  const error = await refusal(bytes)
  expect(error).toMatchObject({ reason: 'content_encryption_refused', failInfo: 'badAlg' })
  expect(error.detail).toContain('des-cbc')
  const request = await open(bytes, LEGACY)
  expect(request.legacy).toEqual(['des-cbc'])
  expect(request.replyTo.contentEncryption).toBe('des-ede3-cbc')
})

test('S-2.9-12 S-3.2.1.4-11 S-3.1-13 N-03 an MD5 digest is refused, and the refusal will be in SHA-256', async () => {
  const error = await refusal(message({ digest: 'md5' }), LEGACY)
  expect(error).toMatchObject({ reason: 'digest_refused', failInfo: 'badAlg' })
  expect(error.replyTo?.digest).toBe('sha256')
})

test('S-2.9-12 S-3.2.1.4-11 md5WithRSAEncryption is refused as a signature algorithm', async () => {
  const signatureAlgorithm = algorithm('1.2.840.113549.1.1.4', NULL_PARAMETERS)
  const sign = (data: Buffer) => rawSign(DEVICE.privateKey, 'md5', data)
  expect(await refusal(message({ signatureAlgorithm, sign }))).toMatchObject({ reason: 'signature_algorithm_refused' })
})

test('S-3.2.1.4-11 unknown digests and signature algorithms are refused without a look at the signature', async () => {
  const unknown = algorithm('1.3.6.1.4.1.99999.1')
  const sign = () => Buffer.alloc(256)
  expect(await refusal(message({ digestAlgorithm: unknown, sign }))).toMatchObject({ reason: 'digest_refused' })
  expect(await refusal(message({ signatureAlgorithm: unknown, sign }))).toMatchObject({
    reason: 'signature_algorithm_refused',
  })
})

test('S-3.2.1.4-12 a wrong signature is told before a refused cipher', async () => {
  const bytes = message(
    { sign: (data) => rawSign(DEVICE.privateKey, 'sha256', Buffer.concat([data, data])) },
    { cipher: 'des-cbc' },
  )
  expect(await refusal(bytes)).toMatchObject({ reason: 'bad_signature', failInfo: 'badMessageCheck' })
})

test('S-2.9-05 S-3.2.1.4-19 RC2, GCM and unknown ciphers are refused with badAlg', async () => {
  const oids = ['1.2.840.113549.3.2', '2.16.840.1.101.3.4.1.6', '2.16.840.1.101.3.4.1.46', '1.3.6.1.4.1.99999.2']
  for (const oid of oids) {
    const bytes = message({}, { contentEncryption: (iv) => algorithm(oid, der.octetString(iv)) })
    expect(await refusal(bytes)).toMatchObject({ reason: 'content_encryption_refused', failInfo: 'badAlg' })
  }
})

test('S-2.9-05 AuthEnvelopedData is refused with badAlg', async () => {
  const eContent = der.sequence(der.oid('1.2.840.113549.1.9.16.1.23'), der.explicit(0, der.sequence()))
  expect(await refusal(message({ eContent }))).toMatchObject({ failInfo: 'badAlg' })
})

test('S-2.9-06 C-AL-06 RSA-OAEP opens and is answered in kind; switched off it is badAlg', async () => {
  const bytes = message({}, { oaep: true })
  expect((await open(bytes)).replyTo.keyTransport).toEqual({ scheme: 'rsa-oaep', hash: 'sha1', mgfHash: 'sha1' })
  expect(await refusal(bytes, resolveCompatibility('default', { oaep: false }))).toMatchObject({
    reason: 'key_transport_refused',
    failInfo: 'badAlg',
  })
})

test('S-3.2.1.4-19 an unknown key transport is badAlg', async () => {
  const bytes = message({}, { keyEncryption: algorithm('1.3.6.1.4.1.99999.3') })
  expect(await refusal(bytes)).toMatchObject({ reason: 'key_transport_refused', failInfo: 'badAlg' })
})

test('C-AL-06 RSA-OAEP with a label is badAlg', async () => {
  const label = der.sequence(der.oid('1.2.840.113549.1.1.9'), der.octetString(Buffer.from('label')))
  const keyEncryption = algorithm('1.2.840.113549.1.1.7', der.sequence(der.explicit(2, label)))
  expect(await refusal(message({}, { keyEncryption }))).toMatchObject({ reason: 'key_transport_refused' })
})

test('S-3.1-10 key agreement, key encryption and other recipients are badAlg', async () => {
  for (const number of [1, 2, 4]) {
    const info = der.implicit(number, der.sequence(der.integer(3)))
    const bytes = message({}, { recipientInfos: () => [info] })
    expect(await refusal(bytes)).toMatchObject({ reason: 'recipient_kind_refused', failInfo: 'badAlg' })
  }
})

test('C-AL-01 digest parameters NULL and absent are the same', async () => {
  const digestAlgorithm = algorithm(DIGEST_OIDS.sha256 as string, NULL_PARAMETERS)
  expect((await open(message({ digestAlgorithm }))).messageType).toBe('PKCSReq')
})

test.each([
  ['rsaEncryption with NULL', algorithm('1.2.840.113549.1.1.1', NULL_PARAMETERS)],
  ['rsaEncryption without parameters', algorithm('1.2.840.113549.1.1.1')],
  ['sha256WithRSAEncryption with NULL', algorithm('1.2.840.113549.1.1.11', NULL_PARAMETERS)],
  ['sha256WithRSAEncryption without parameters', algorithm('1.2.840.113549.1.1.11')],
])('C-AL-02 %s is accepted as signature algorithm', async (_, signatureAlgorithm) => {
  expect((await open(message({ signatureAlgorithm }))).messageType).toBe('PKCSReq')
})

test('C-AL-03 a signature over another digest than the message names is badMessageCheck', async () => {
  const signatureAlgorithm = algorithm('1.2.840.113549.1.1.5', NULL_PARAMETERS)
  const sign = (data: Buffer) => rawSign(DEVICE.privateKey, 'sha1', data)
  expect(await refusal(message({ signatureAlgorithm, sign }))).toMatchObject({ failInfo: 'badMessageCheck' })
})

test('C-AL-04 a digest that is missing in digestAlgorithms is tolerated', async () => {
  expect((await open(message({ digestAlgorithms: [] }))).messageType).toBe('PKCSReq')
})

const SHA256 = algorithm(DIGEST_OIDS.sha256 as string, NULL_PARAMETERS)

function pss(saltLength: number, hash = SHA256): Buffer {
  const mgf = algorithm('1.2.840.113549.1.1.8', hash)
  return algorithm(
    '1.2.840.113549.1.1.10',
    der.sequence(der.explicit(0, hash), der.explicit(1, mgf), der.explicit(2, der.integer(saltLength))),
  )
}

test.each([32, 222])('C-AL-05 RSASSA-PSS with a salt of %d octets opens', async (saltLength) => {
  const padding = constants.RSA_PKCS1_PSS_PADDING
  const signatureAlgorithm = pss(saltLength)
  const bytes = message({
    signatureAlgorithm,
    sign: (data) => sign('sha256', data, { key: DEVICE.privateKey, padding, saltLength }),
  })
  expect((await open(bytes)).messageType).toBe('PKCSReq')
})

test('a profile without the switch rsaPss refuses PSS as strongSwan signs: the message, and the request in it', async () => {
  const policy = resolveCompatibility('default', { rsaPss: false })
  const padding = constants.RSA_PKCS1_PSS_PADDING
  const signPss = (data: Buffer) => sign('sha256', data, { key: DEVICE.privateKey, padding, saltLength: 32 })
  const signed = message({ signatureAlgorithm: pss(32), sign: signPss })
  expect(await refusal(signed, policy, [NEVER_DECRYPTS])).toMatchObject({
    reason: 'signature_algorithm_refused',
    failInfo: 'badAlg',
  })
  const csr = rawCsr({ privateKey: DEVICE.privateKey })
  const info = readElement(csr).children[0]?.bytes as Buffer
  const content = der.sequence(info, pss(32), der.bitString(signPss(info)))
  expect((await open(message({}, { content }))).messageType).toBe('PKCSReq')
  expect(await refusal(message({}, { content }), policy)).toMatchObject({
    reason: 'csr_algorithm_refused',
    failInfo: 'badAlg',
  })
})

test('C-AL-05 PSS over another hash is badMessageCheck, malformed PSS parameters are badAlg', async () => {
  const sha512 = algorithm(DIGEST_OIDS.sha512 as string, NULL_PARAMETERS)
  expect(await refusal(message({ signatureAlgorithm: pss(32, sha512) }))).toMatchObject({ failInfo: 'badMessageCheck' })
  const malformed = algorithm('1.2.840.113549.1.1.10', NULL_PARAMETERS)
  expect(await refusal(message({ signatureAlgorithm: malformed }))).toMatchObject({ failInfo: 'badAlg' })
})

test('S-3.1-17 S-2.9-12 a request signed over MD5 is refused after proof of possession, SHA-1 by the switch', async () => {
  const md5 = message({}, { content: rawCsr({ privateKey: DEVICE.privateKey, digest: 'md5' }) })
  expect(await refusal(md5, LEGACY)).toMatchObject({ reason: 'csr_algorithm_refused', failInfo: 'badAlg' })
  const sha1 = message({}, { content: rawCsr({ privateKey: DEVICE.privateKey, digest: 'sha1' }) })
  expect(await refusal(sha1, STRICT)).toMatchObject({ reason: 'csr_algorithm_refused' })
  expect((await open(sha1)).messageType).toBe('PKCSReq')
  const unproven = rawCsr({
    privateKey: DEVICE.privateKey,
    digest: 'md5',
    signature: (right) => Buffer.alloc(right.length),
  })
  expect(await refusal(message({}, { content: unproven }), LEGACY)).toMatchObject({ reason: 'bad_envelope' })
})

test('C-AL-07 S-3.1-P12 a signer with an EC key is verified, and its challenge kept for the reply', async () => {
  const signer = rawCertificate({ privateKey: ecKey() })
  const request = await open(message({ signer }, { content: rawCsr({ privateKey: signer.privateKey }) }))
  expect(request.replyTo.password?.reveal()).toBe('secret')
})

test('C-AL-08 an Ed25519 signature is verified, over SHA-512', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const signer = rawCertificate({ privateKey })
  const good = message({ signer, digest: 'sha512' }, { content: rawCsr({ privateKey }) })
  expect((await open(good)).signer.selfSigned).toBe(true)
  const bad = message({ signer, digest: 'sha512', sign: () => Buffer.alloc(64) })
  expect(await refusal(bad)).toMatchObject({ reason: 'bad_signature' })
})
