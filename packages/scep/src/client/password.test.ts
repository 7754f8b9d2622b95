import { execFileSync, spawnSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildCertificationRequest,
  buildEnvelopedData,
  certsOnly,
  type DecryptionKey,
  nameFromText,
  parseCertificate,
  parseEnvelopedData,
  passwordEncryptionOf,
  publicKeyInfoOf,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../../tests/folder.ts'
import { Secret } from '../secret.ts'
import { CA, certificateOf, DEVICE, NOW, RA } from '../testing/exchange.ts'
import { type RawPasswordOptions, rawPasswordEnvelope } from '../testing/password.ts'
import { algorithm, caExtension, commonName, ecKey, rawCertificate } from '../testing/raw-certificate.ts'
import { rawEnvelope } from '../testing/raw-message.ts'
import { openRawEnvelope, readReply } from '../testing/read-reply.ts'
import { ISSUED, openAs, reply, replyRefusal } from '../testing/reply.ts'
import { ScepClient } from './scep-client.ts'
import { sealRequest } from './seal-request.ts'
import { selfSignedSigner } from './self-signed-signer.ts'

const CHALLENGE = 'pä$$ 1'
const SUBJECT = nameFromText('CN=device1')
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

const KEYS: Readonly<Record<string, KeyObject>> = {
  rsa: DEVICE.privateKey,
  'P-256': ecKey(),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  ed25519: generateKeyPairSync('ed25519').privateKey,
}
const WITHOUT_ENCRYPTION = Object.keys(KEYS).filter((name) => name !== 'rsa')

const EC_CA = rawCertificate({ subject: commonName('EC CA'), privateKey: ecKey(), extensions: [caExtension()] })

async function seal(privateKey: KeyObject, recipient: typeof CA, challengePassword: string | undefined = CHALLENGE) {
  const key = softwareSigningKey(privateKey)
  const csr = await buildCertificationRequest({ subject: SUBJECT, key, challengePassword })
  const signer = { certificate: await selfSignedSigner(SUBJECT, key, NOW), key }
  const sealed = await sealRequest({
    messageType: 'PKCSReq',
    csr,
    nonce: Buffer.alloc(16, 0xc1),
    signer,
    recipient: certificateOf(recipient),
    digest: 'sha256',
    contentEncryption: 'aes-128-cbc',
  })
  return { csr, eContent: readReply(sealed.message).eContent as Buffer }
}

/** A SUCCESS in the envelope given, for an EC device. */
const EC_DEVICE = KEYS['P-256'] as KeyObject
const ISSUED_EC = rawCertificate({
  privateKey: EC_DEVICE,
  issuer: commonName('Test CA'),
  issuerKey: CA.privateKey,
  serial: Buffer.from([0x78]),
})
const CONTENT = certsOnly([ISSUED_EC.certificate])
const EC_EXPECTED = {
  decryption: undefined,
  password: new Secret(CHALLENGE),
  csrKey: publicKeyInfoOf(EC_DEVICE),
}
const sealedReply = (changes: Partial<RawPasswordOptions> = {}) =>
  reply('0', {}, { eContent: rawPasswordEnvelope({ content: CONTENT, password: CHALLENGE, ...changes }) })

describe('what the client seals', () => {
  test.each(Object.keys(KEYS))(
    'S-3.1-P01 S-3.1-02 to an RSA key it is key transport, whatever key signs: %s',
    async (name) => {
      const { csr, eContent } = await seal(KEYS[name] as KeyObject, RA)
      const envelope = openRawEnvelope(eContent, RA.privateKey)
      expect(envelope.version).toBe(0)
      expect(envelope.content).toEqual(csr)
    },
  )

  test.each(Object.keys(KEYS))(
    'S-3.1-P01 S-3.1-P03 S-3.1-P04 S-3.1-P07 to an EC key it is a password, whatever key signs: %s',
    async (name) => {
      const { eContent } = await seal(KEYS[name] as KeyObject, EC_CA)
      const { version, recipientInfos } = parseEnvelopedData(eContent)
      expect(version).toBe(3)
      expect(recipientInfos.map(({ kind }) => kind)).toEqual(['password'])
      const [recipient] = recipientInfos
      if (recipient?.kind !== 'password') throw new Error('no password recipient')
      const { salt, iterations, prf, cipher } = passwordEncryptionOf(recipient)
      expect([salt.length, iterations, prf, cipher.name]).toEqual([16, 100_000, 'sha256', 'aes-128-cbc'])
    },
  )

  test('S-3.1-P15 S-3.1-09 without a challenge nothing is sealed to a key that cannot encrypt, in clear least of all', async () => {
    for (const challenge of [undefined, '']) {
      const key = softwareSigningKey(DEVICE.privateKey)
      const csr = await buildCertificationRequest({ subject: SUBJECT, key, challengePassword: challenge })
      const sealing = sealRequest({
        messageType: 'PKCSReq',
        csr,
        nonce: Buffer.alloc(16),
        signer: { certificate: certificateOf(DEVICE), key },
        recipient: certificateOf(EC_CA),
        digest: 'sha256',
        contentEncryption: 'aes-128-cbc',
      })
      await expect(sealing).rejects.toMatchObject({ reason: 'no_password' })
    }
  })

  describe.skipIf(!hasOpenssl)('as OpenSSL reads it', () => {
    const folder = temporaryFolder()
    const decrypt = (eContent: Buffer, password: string): Buffer => {
      const [input, output] = [join(folder, 'in'), join(folder, 'out')]
      writeFileSync(input, eContent)
      const options = [
        'cms',
        '-decrypt',
        '-inform',
        'DER',
        '-in',
        input,
        '-out',
        output,
        '-binary',
        '-pwri_password',
        password,
      ]
      execFileSync('openssl', options, { stdio: 'pipe' })
      return readFileSync(output)
    }

    test.each(Object.keys(KEYS))(
      'S-3.1-P01 S-3.1-P02 the challenge opens it and nothing else does: %s',
      async (name) => {
        const { csr, eContent } = await seal(KEYS[name] as KeyObject, EC_CA)
        expect(decrypt(eContent, CHALLENGE)).toEqual(csr)
        expect(() => decrypt(eContent, `${CHALLENGE} `)).toThrow()
      },
    )

    test('S-3.1-P02 S-3.1-P04 S-3.1-P05 a reply that OpenSSL made under the challenge opens', async () => {
      const [input, output] = [join(folder, 'certs'), join(folder, 'sealed')]
      writeFileSync(input, CONTENT)
      const options = ['cms', '-encrypt', '-binary', '-aes128', '-in', input, '-outform', 'DER', '-out', output]
      execFileSync('openssl', [...options, '-pwri_password', CHALLENGE], { stdio: 'pipe' })
      const bytes = reply('0', {}, { eContent: readFileSync(output) })
      expect(await openAs(bytes, EC_EXPECTED)).toMatchObject({ status: 'SUCCESS' })
    })
  })
})

describe('what comes back', () => {
  test.each(WITHOUT_ENCRYPTION)(
    'S-3.1-P01 S-3.1-P18 a certificate for a key that cannot decrypt comes under the challenge: %s',
    async (name) => {
      const privateKey = KEYS[name] as KeyObject
      const issued = rawCertificate({ privateKey, issuer: commonName('Test CA'), issuerKey: CA.privateKey })
      const eContent = buildEnvelopedData({
        content: certsOnly([issued.certificate]),
        encryption: 'aes-128-cbc',
        recipient: { password: CHALLENGE },
      })
      const opened = await openAs(reply('0', {}, { eContent }), { ...EC_EXPECTED, csrKey: publicKeyInfoOf(privateKey) })
      expect(opened).toMatchObject({ status: 'SUCCESS', certificate: { der: issued.certificate } })
    },
  )

  test('S-3.1-P18 another password does not open it', async () => {
    expect(await openAs(sealedReply(), EC_EXPECTED)).toMatchObject({ status: 'SUCCESS' })
    const wrong = { ...EC_EXPECTED, password: new Secret(`${CHALLENGE}x`) }
    expect(await replyRefusal(sealedReply(), wrong)).toMatchObject({
      reason: 'reply_invalid',
      detail: 'the content cannot be decrypted',
    })
  })

  test('S-3.1-P18 key transport for a key that cannot decrypt is refused, and so is a password for one that can', async () => {
    const transported = reply('0', {}, { eContent: rawEnvelope({ content: CONTENT, recipient: DEVICE }) })
    expect(await replyRefusal(transported, EC_EXPECTED)).toMatchObject({
      reason: 'reply_invalid',
      detail: expect.stringContaining('not under its challenge'),
    })
    const content = certsOnly([ISSUED.certificate])
    const underPassword = reply('0', {}, { eContent: rawPasswordEnvelope({ content, password: CHALLENGE }) })
    expect(await replyRefusal(underPassword, { password: new Secret(CHALLENGE) })).toMatchObject({
      reason: 'reply_invalid',
      detail: expect.stringContaining('not encrypted to it'),
    })
  })

  test('S-3.1-P09 one flipped bit anywhere in the wrapped key does not open it, and all look alike', async () => {
    for (let at = 0; at < 32; at++) {
      const wrapped = (right: Buffer) => {
        const other = Buffer.from(right)
        other[at] = (other[at] as number) ^ 0x10
        return other
      }
      const refused = await replyRefusal(sealedReply({ wrapped }), EC_EXPECTED)
      expect([refused.reason, refused.detail]).toEqual(['reply_invalid', 'the content cannot be decrypted'])
    }
  })

  test.each<[string, Partial<RawPasswordOptions>, string]>([
    ['S-3.1-P03 no derivation', { derivation: null }, 'reply_invalid'],
    ['S-3.1-P05 an unknown function', { prf: algorithm('1.2.3.4') }, 'reply_algorithm_refused'],
    ['S-3.1-P06 a key length that does not fit', { keyLength: 15 }, 'reply_invalid'],
    ['S-3.1-P07 AES key wrap', { keyEncryption: () => algorithm('2.16.840.1.101.3.4.1.5') }, 'reply_algorithm_refused'],
    ['S-3.1-P16 2^31 - 1 rounds', { iterations: 2 ** 31 - 1 }, 'reply_invalid'],
    ['S-3.1-P16 a salt of 1025 octets', { salt: Buffer.alloc(1025) }, 'reply_invalid'],
  ])('%s in a reply is refused', async (_, changes, reason) => {
    expect(await replyRefusal(sealedReply(changes), EC_EXPECTED)).toMatchObject({ reason })
  })

  test('a renewal of an RSA key by an EC key comes back to the RSA key that signed', async () => {
    const eContent = rawEnvelope({ content: CONTENT, recipient: DEVICE })
    const opened = await openAs(reply('0', {}, { eContent }), { csrKey: publicKeyInfoOf(EC_DEVICE) })
    expect(opened).toMatchObject({ status: 'SUCCESS', certificate: { der: ISSUED_EC.certificate } })
  })
})

describe('before anything is sent', () => {
  const terms = async (privateKey: KeyObject, recipient: typeof CA, decryption?: DecryptionKey) => {
    const key = softwareSigningKey(privateKey)
    return {
      signer: { certificate: await selfSignedSigner(SUBJECT, key, NOW), key, decryption },
      recipient: certificateOf(recipient),
      trusted: [certificateOf(recipient)],
      issuers: [certificateOf(CA), parseCertificate(EC_CA.certificate)],
      algorithms: { digest: 'sha256', contentEncryption: 'aes-128-cbc', post: true },
      csrKey: key.publicKey,
      csr: await buildCertificationRequest({ subject: SUBJECT, key }),
    } as const
  }
  const silent = new ScepClient({
    url: 'http://ca.example',
    fetch: () => {
      throw new Error('something was sent')
    },
  })

  test('S-3.1-P15 an EC key without a challenge is told so, for every message', async () => {
    const given = await terms(EC_DEVICE, RA)
    const certificate = certificateOf(ISSUED_EC)
    const transactionId = '4711' as Parameters<typeof silent.poll>[0]['transactionId']
    for (const ask of [
      () => silent.enrol(given),
      () => silent.poll({ ...given, transactionId, subject: SUBJECT }),
      () => silent.getCertificate({ ...given, certificate }),
      () => silent.getCrl({ ...given, certificate }),
    ]) {
      await expect(ask()).rejects.toMatchObject({ reason: 'no_password' })
    }
  })

  test('S-3.1-P15 an RSA key without a challenge is told so where the CA has an EC key', async () => {
    const given = await terms(DEVICE.privateKey, EC_CA, softwareDecryptionKey(DEVICE.privateKey))
    await expect(silent.enrol(given)).rejects.toMatchObject({ reason: 'no_password' })
  })
})
