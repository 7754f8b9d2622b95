import { webcrypto } from 'node:crypto'
import * as asn1js from 'asn1js'
import forge from 'node-forge'
import * as pkijs from 'pkijs'
import { beforeAll, describe, expect, test } from 'vitest'
import * as pki from '../index.ts'
import { type Identity, identity, signedBy, verifies } from './testing/identity.ts'

/** Two general libraries, which no code of ours uses: what they write we read, and the other way round. */
const CONTENT = Buffer.from('content '.repeat(30))
let rsa: Identity

beforeAll(async () => {
  rsa = await identity('rsa')
  pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto as never }))
})

describe('PKI.js', () => {
  const certificate = () => pkijs.Certificate.fromBER(new Uint8Array(rsa.certificate.der))
  const contentOf = (message: Buffer) => pkijs.ContentInfo.fromBER(new Uint8Array(message)).content
  const bytesOf = (contentType: string, content: { toSchema(encode: boolean): unknown }) =>
    Buffer.from(new pkijs.ContentInfo({ contentType, content: content.toSchema(true) }).toSchema().toBER())

  test('verifies what we sign', async () => {
    const signed = new pkijs.SignedData({ schema: contentOf(await signedBy(rsa, CONTENT)) })
    expect(await signed.verify({ signer: 0 })).toBe(true)
    expect(Buffer.from(signed.encapContentInfo.eContent?.getValue() ?? new ArrayBuffer())).toEqual(CONTENT)
  })

  test('signs what we verify', async () => {
    const digest = await webcrypto.subtle.digest('SHA-256', CONTENT)
    const values = (value: asn1js.BaseBlock) => [value]
    const attributes = [
      new pkijs.Attribute({
        type: '1.2.840.113549.1.9.3',
        values: values(new asn1js.ObjectIdentifier({ value: pki.CONTENT_TYPE.data })),
      }),
      new pkijs.Attribute({
        type: '1.2.840.113549.1.9.4',
        values: values(new asn1js.OctetString({ valueHex: digest })),
      }),
    ]
    const { issuer, serialNumber } = certificate()
    const signed = new pkijs.SignedData({
      version: 1,
      encapContentInfo: new pkijs.EncapsulatedContentInfo({
        eContentType: pki.CONTENT_TYPE.data,
        eContent: new asn1js.OctetString({ valueHex: new Uint8Array(CONTENT).buffer }),
      }),
      signerInfos: [
        new pkijs.SignerInfo({
          version: 1,
          sid: new pkijs.IssuerAndSerialNumber({ issuer, serialNumber }),
          signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes }),
        }),
      ],
      certificates: [certificate()],
    })
    const pkcs8 = rsa.privateKey.export({ format: 'der', type: 'pkcs8' })
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
    await signed.sign(key, 0, 'SHA-256')
    const message = bytesOf(pki.CONTENT_TYPE.signedData, signed)
    expect(pki.parseSignedData(message).eContent).toEqual(CONTENT)
    expect(verifies(message)).toBe(true)
  })

  test.each(['SHA-1', 'SHA-256'])('C-AL-06 encrypts with OAEP %s what we decrypt', async (name) => {
    const enveloped = new pkijs.EnvelopedData()
    enveloped.addRecipientByCertificate(certificate(), { oaepHashAlgorithm: name })
    await enveloped.encrypt({ name: 'AES-CBC', length: 128 } as never, new Uint8Array(CONTENT).buffer)
    const read = pki.parseEnvelopedData(bytesOf(pki.CONTENT_TYPE.envelopedData, enveloped))
    const [recipient] = read.recipientInfos
    const transport = recipient?.kind === 'keyTransport' ? pki.keyTransportOf(recipient.keyEncryption) : undefined
    if (recipient?.kind !== 'keyTransport' || transport === undefined) throw new Error('no key transport')
    const key = await pki.softwareDecryptionKey(rsa.privateKey).decrypt(recipient.encryptedKey, transport)
    expect(pki.decryptContent(read, key)).toEqual(CONTENT)
  })

  test('C-AL-06 decrypts what we encrypt with OAEP', async () => {
    const transport = { scheme: 'rsa-oaep', hash: 'sha256', mgfHash: 'sha256' } as const
    const recipient = { certificate: rsa.certificate, transport }
    const message = pki.buildEnvelopedData({ content: CONTENT, encryption: 'aes-256-cbc', recipient })
    const enveloped = new pkijs.EnvelopedData({ schema: contentOf(message) })
    const recipientPrivateKey = new Uint8Array(rsa.privateKey.export({ format: 'der', type: 'pkcs8' })).buffer
    const content = await enveloped.decrypt(0, { recipientCertificate: certificate(), recipientPrivateKey })
    expect(Buffer.from(content)).toEqual(CONTENT)
  })
})

describe('node-forge', () => {
  const binary = (bytes: Buffer) => forge.util.createBuffer(bytes.toString('latin1'))
  const certificate = () => forge.pki.certificateFromPem(pki.encodePem('CERTIFICATE', rsa.certificate.der))
  const privateKey = () =>
    forge.pki.privateKeyFromPem(rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
  const bytesOf = (message: { toAsn1(): forge.asn1.Asn1 }) =>
    Buffer.from(forge.asn1.toDer(message.toAsn1()).getBytes(), 'latin1')

  test('signs what we verify', () => {
    const signed = forge.pkcs7.createSignedData()
    signed.content = binary(CONTENT)
    signed.addCertificate(certificate())
    signed.addSigner({
      key: forge.pki.privateKeyToPem(privateKey()),
      certificate: certificate(),
      digestAlgorithm: forge.pki.oids.sha256 as string,
      authenticatedAttributes: [
        { type: forge.pki.oids.contentType as string, value: forge.pki.oids.data as string },
        { type: forge.pki.oids.messageDigest as string },
      ],
    })
    signed.sign()
    expect(verifies(bytesOf(signed))).toBe(true)
  })

  test.each(['aes128-CBC', 'aes256-CBC', 'des-EDE3-CBC'])('encrypts what we decrypt: %s', async (cipher) => {
    const enveloped = forge.pkcs7.createEnvelopedData()
    enveloped.addRecipient(certificate())
    enveloped.content = binary(CONTENT)
    enveloped.encrypt(undefined, forge.pki.oids[cipher])
    const read = pki.parseEnvelopedData(bytesOf(enveloped))
    const [recipient] = read.recipientInfos
    if (recipient?.kind !== 'keyTransport') throw new Error('no key transport')
    const key = await pki.softwareDecryptionKey(rsa.privateKey).decrypt(recipient.encryptedKey, { scheme: 'rsa-pkcs1' })
    expect(pki.decryptContent(read, key)).toEqual(CONTENT)
  })

  test.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'] as const)(
    'decrypts what we encrypt: %s',
    (encryption) => {
      const recipient = { certificate: rsa.certificate, transport: { scheme: 'rsa-pkcs1' } } as const
      const message = pki.buildEnvelopedData({ content: CONTENT, encryption, recipient })
      const enveloped = forge.pkcs7.messageFromAsn1(forge.asn1.fromDer(binary(message))) as ReturnType<
        typeof forge.pkcs7.createEnvelopedData
      >
      const found = enveloped.findRecipient(certificate())
      enveloped.decrypt(found as NonNullable<typeof found>, privateKey())
      expect(Buffer.from((enveloped.content as forge.util.ByteStringBuffer).getBytes(), 'latin1')).toEqual(CONTENT)
    },
  )
})
