import { webcrypto } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as pki from '@chancery/pki'
import { ContentInfo, EnvelopedData, SignedData } from '@peculiar/asn1-cms'
import { AsnConvert } from '@peculiar/asn1-schema'
import { CertificateList } from '@peculiar/asn1-x509'
import forge from 'node-forge'
import * as pkijs from 'pkijs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Identity, identity, signedBy, verifies } from '../../packages/pki/src/cms/testing/identity.ts'
import { must } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { type Noise, noise } from '../fuzz/noise.ts'
import { hasOpenssl } from './openssl.ts'

/** Messages with parameters by chance, the same ones in every run: what we write others read, and what they write we. */
const SEED = 3852
const IN_PROCESS = 60
/** A process or two each. */
const WITH_OPENSSL = 20

const DIGESTS = ['sha1', 'sha256', 'sha384', 'sha512'] as const
const CIPHERS = ['des-ede3-cbc', 'aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc'] as const
const PASSWORD = 'pä$$ 1'

let rsa: Identity
let ec: Identity
beforeAll(async () => {
  rsa = await identity('rsa')
  ec = await identity('ec')
  pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto as never }))
})

const cases = (count: number, kind: number) =>
  Array.from({ length: count }, (_, index) => ({ index, chance: noise(SEED, kind, index) }))
/** None, one block, around a block, and much. */
const contentOf = (chance: Noise) => chance.octets(chance.pick([0, 1, 15, 16, 17, 127, 128, 255, 256, 3000]))

function signed(chance: Noise, content: Buffer): Promise<Buffer> {
  const signer = chance.once(3) ? ec : rsa
  const digest = chance.pick(DIGESTS)
  const scheme =
    signer === ec
      ? ({ key: 'ec', digest } as const)
      : ({ key: 'rsa', padding: chance.once(3) ? 'pss' : 'pkcs1', digest } as const)
  const attributes = Array.from({ length: chance.below(4) }, (_, at) =>
    pki.buildAttribute(`2.16.840.1.113733.1.9.${at + 2}`, pki.der.printableString('x'.repeat(chance.below(200)))),
  )
  const { certificate, signing: key } = signer
  const certificates = [certificate.der, ...(chance.once(2) ? [rsa.certificate.der, ec.certificate.der] : [])]
  return signedBy(signer, content, { digest, signer: { certificate, key, scheme }, attributes, certificates })
}

const transportOf = (chance: Noise): pki.KeyTransport =>
  chance.once(2)
    ? { scheme: 'rsa-pkcs1' }
    : { scheme: 'rsa-oaep', hash: chance.pick(['sha1', 'sha256', 'sha384']), mgfHash: chance.pick(['sha1', 'sha256']) }

function enveloped(chance: Noise, content: Buffer, transport = transportOf(chance)): Buffer {
  const recipient = { certificate: rsa.certificate, transport }
  return pki.buildEnvelopedData({ content, encryption: chance.pick(CIPHERS), recipient })
}

function underPassword(chance: Noise, content: Buffer): Buffer {
  const recipient = {
    password: PASSWORD,
    iterations: 1 + chance.below(3000),
    prf: chance.pick(['sha1', 'sha256'] as const),
  }
  return pki.buildEnvelopedData({ content, encryption: chance.pick(CIPHERS), recipient })
}

async function opened(message: Buffer): Promise<Buffer | undefined> {
  const envelope = pki.parseEnvelopedData(message)
  const [recipient] = envelope.recipientInfos
  if (recipient?.kind === 'password') {
    const key = await pki.openPasswordRecipient(recipient, PASSWORD)
    return key && pki.decryptContent(envelope, key)
  }
  const transport = recipient?.kind === 'keyTransport' ? pki.keyTransportOf(recipient.keyEncryption) : undefined
  if (recipient?.kind !== 'keyTransport' || transport === undefined) return undefined
  const key = await pki.softwareDecryptionKey(rsa.privateKey).decrypt(recipient.encryptedKey, transport)
  return pki.decryptContent(envelope, key)
}

/** It does not read PasswordRecipientInfo: its keyDerivationAlgorithm is tagged EXPLICIT, against RFC 5652 §6.2.4. */
describe('asn1-cms', () => {
  const inner = (message: Buffer) => AsnConvert.parse(message, ContentInfo).content
  const again = (value: unknown) => Buffer.from(AsnConvert.serialize(value))

  test('C-BER-05 writes what we wrote octet for octet after reading it: SignedData and EnvelopedData', async () => {
    for (const { index, chance } of cases(IN_PROCESS, 1)) {
      const content = contentOf(chance)
      const message = await signed(chance, content)
      const read = AsnConvert.parse(inner(message), SignedData)
      expect(Buffer.from(read.encapContentInfo.eContent?.single?.buffer ?? new ArrayBuffer()), `case ${index}`).toEqual(
        content,
      )
      for (const whole of [message, enveloped(chance, content)]) {
        expect(again(AsnConvert.parse(whole, ContentInfo)), `case ${index}`).toEqual(whole)
      }
      const envelope = AsnConvert.parse(inner(enveloped(chance, content)), EnvelopedData)
      expect(envelope.recipientInfos[0]?.ktri?.keyEncryptionAlgorithm.algorithm).toMatch(
        /^1\.2\.840\.113549\.1\.1\.[17]$/,
      )
    }
  })

  test('what it writes anew of ours we open and verify', async () => {
    for (const { index, chance } of cases(IN_PROCESS, 2)) {
      const content = contentOf(chance)
      const envelope = AsnConvert.parse(enveloped(chance, content), ContentInfo)
      envelope.content = AsnConvert.serialize(AsnConvert.parse(envelope.content, EnvelopedData))
      expect(await opened(again(envelope)), `case ${index}`).toEqual(content)
      const message = AsnConvert.parse(await signed(chance, content), ContentInfo)
      message.content = AsnConvert.serialize(AsnConvert.parse(message.content, SignedData))
      expect(verifies(again(message)), `case ${index}`).toBe(true)
    }
  })

  test('a CRL of ours has the same entries for it', async () => {
    for (const { index, chance } of cases(20, 3)) {
      const revoked = Array.from({ length: chance.below(30) }, (_, at) => ({
        serialNumber: Buffer.concat([Buffer.from([1 + at]), chance.octets(chance.below(19))]),
        at: new Date(Date.UTC(1990 + chance.below(100), chance.below(12), 1)),
        ...(chance.once(2) ? { reason: chance.pick([1, 3, 4, 5, 6]) } : {}),
      }))
      const list = { issuer: ec.certificate.subject, thisUpdate: new Date(0), nextUpdate: new Date(86_400_000) }
      const signature = pki.signatureAlgorithmIdentifier(ec.scheme)
      const authorityKeyIdentifier = pki.buildAuthorityKeyIdentifier(chance.octets(20))
      const tbs = pki.buildTbsCrl({ ...list, signature, number: BigInt(index), authorityKeyIdentifier, revoked })
      const crl = pki.assembleSigned(tbs, signature, await ec.signing.sign(tbs, ec.scheme))
      const read = AsnConvert.parse(crl, CertificateList)
      const entries = read.tbsCertList.revokedCertificates ?? []
      expect(entries.map(({ userCertificate }) => Buffer.from(userCertificate))).toEqual(
        revoked.map((one) => one.serialNumber),
      )
      expect(entries.map(({ revocationDate }) => revocationDate.getTime())).toEqual(revoked.map(({ at }) => at))
      expect(Buffer.from(AsnConvert.serialize(read))).toEqual(crl)
    }
  })
})

describe('PKI.js and node-forge', () => {
  const contentIn = (message: Buffer) => pkijs.ContentInfo.fromBER(new Uint8Array(message)).content

  test('C-SA-01 PKI.js verifies what we sign', async () => {
    for (const { index, chance } of cases(IN_PROCESS, 4)) {
      const message = await signed(chance, contentOf(chance))
      const read = new pkijs.SignedData({ schema: contentIn(message) })
      expect(await read.verify({ signer: 0, checkChain: false }), `case ${index}`).toBe(true)
    }
  })

  test('S-3.1-02 node-forge decrypts what we encrypt by PKCS#1 v1.5, and the other way round', async () => {
    const binary = (bytes: Buffer) => forge.util.createBuffer(bytes.toString('latin1'))
    const certificate = forge.pki.certificateFromPem(pki.encodePem('CERTIFICATE', rsa.certificate.der))
    const key = forge.pki.privateKeyFromPem(rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
    for (const { index, chance } of cases(20, 5)) {
      const content = contentOf(chance)
      const ours = forge.pkcs7.messageFromAsn1(
        forge.asn1.fromDer(binary(enveloped(chance, content, { scheme: 'rsa-pkcs1' }))),
      ) as ReturnType<typeof forge.pkcs7.createEnvelopedData>
      ours.decrypt(ours.recipients[0] as never, key)
      const read = Buffer.from((ours.content as forge.util.ByteStringBuffer).getBytes(), 'latin1')
      expect(read, `case ${index}`).toEqual(content)
      const theirs = forge.pkcs7.createEnvelopedData()
      theirs.addRecipient(certificate)
      theirs.content = binary(content)
      theirs.encrypt(undefined, forge.pki.oids[chance.pick(['aes128-CBC', 'aes192-CBC', 'aes256-CBC', 'des-EDE3-CBC'])])
      expect(
        await opened(Buffer.from(forge.asn1.toDer(theirs.toAsn1()).getBytes(), 'latin1')),
        `case ${index}`,
      ).toEqual(content)
    }
  })
})

describe.skipIf(!hasOpenssl)('OpenSSL', () => {
  const folder = temporaryFolder()
  const openssl = (input: Buffer, ...args: string[]) => must('openssl', ['cms', ...args], { cwd: folder, input })
  beforeAll(() => {
    for (const [name, { certificate, privateKey }] of Object.entries({ rsa, ec })) {
      writeFileSync(join(folder, `${name}.pem`), pki.encodePem('CERTIFICATE', certificate.der))
      writeFileSync(join(folder, `${name}.key`), privateKey.export({ format: 'pem', type: 'pkcs8' }))
    }
  })
  const RSA_KEY = ['-recip', 'rsa.pem', '-inkey', 'rsa.key']

  test('S-3.1-02 S-3.1-P02 C-AL-06 verifies and decrypts what we write', async () => {
    for (const { index, chance } of cases(WITH_OPENSSL, 6)) {
      const content = contentOf(chance)
      const decrypt = ['-decrypt', '-binary', '-inform', 'DER']
      const verify = ['-verify', '-binary', '-noverify', '-inform', 'DER']
      expect(await openssl(await signed(chance, content), ...verify), `case ${index}`).toEqual(content)
      expect(await openssl(enveloped(chance, content), ...decrypt, ...RSA_KEY), `case ${index}`).toEqual(content)
      const password = await openssl(underPassword(chance, content), ...decrypt, '-pwri_password', PASSWORD)
      expect(password, `case ${index}`).toEqual(content)
    }
  })

  test('C-BER-01 C-BER-03 C-AL-05 C-AL-06 writes what we verify and decrypt', async () => {
    for (const { index, chance } of cases(WITH_OPENSSL, 7)) {
      const content = contentOf(chance)
      const signer = chance.pick(['rsa', 'ec'])
      const pss = signer === 'rsa' && chance.once(2) ? ['-keyopt', 'rsa_padding_mode:pss'] : []
      // OpenSSL 3.0 cannot write no content, nor a PSS signature, as a stream.
      const stream = content.length > 0 && pss.length === 0 && chance.once(2) ? ['-stream'] : []
      const shape = ['-outform', 'DER', '-binary', ...stream, ...(chance.once(2) ? ['-keyid'] : [])]
      const digest = ['-md', chance.pick(DIGESTS)]
      const sign = ['-sign', '-nodetach', '-signer', `${signer}.pem`, '-inkey', `${signer}.key`]
      const message = await openssl(content, ...sign, ...pss, ...digest, ...shape)
      expect(verifies(message), `case ${index}`).toBe(true)
      expect(pki.parseSignedData(message).eContent, `case ${index}`).toEqual(content)
      const cipher = ['-encrypt', `-${chance.pick(CIPHERS)}`]
      const oaep = ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', `rsa_oaep_md:${chance.pick(DIGESTS)}`]
      const recipient = chance.once(3)
        ? ['-pwri_password', PASSWORD]
        : ['-recip', 'rsa.pem', ...(chance.once(2) ? oaep : [])]
      const keyid = recipient[0] === '-recip' ? shape : shape.filter((word) => word !== '-keyid')
      expect(await opened(await openssl(content, ...cipher, ...keyid, ...recipient)), `case ${index}`).toEqual(content)
    }
  })
})
