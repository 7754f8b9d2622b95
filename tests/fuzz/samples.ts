import { randomBytes } from 'node:crypto'
import * as pki from '@chancery/pki'
import { indefinite, withIndefiniteLengths } from '../../packages/pki/src/cms/testing/ber.ts'
import { identity, signedBy } from '../../packages/pki/src/cms/testing/identity.ts'
import { challengeAttribute, ecKey, extension, rawCsr } from '../../packages/scep/src/testing/raw-certificate.ts'
import {
  contentInfo,
  issuerAndSerial,
  rawEnvelope,
  rawSigned,
  requestAttributes,
} from '../../packages/scep/src/testing/raw-message.ts'
import { replyAttributes } from '../../packages/scep/src/testing/reply.ts'
import { CA, certificateOf, DEVICE, ISSUED, NEXT_CA, RA } from './parties.ts'
import { pkcs12Samples } from './pkcs12-samples.ts'

/** Right inputs of every kind, from which the wrong ones are made. */
export interface Samples {
  readonly certificates: Buffer[]
  readonly certificationRequests: Buffer[]
  readonly crls: Buffer[]
  readonly ocspRequests: Buffer[]
  readonly ocspResponses: Buffer[]
  readonly publicKeys: Buffer[]
  readonly names: Buffer[]
  readonly generalNames: Buffer[]
  readonly hashParameters: Buffer[]
  readonly signedData: Buffer[]
  readonly certsOnly: Buffer[]
  readonly envelopedData: Buffer[]
  /** AuthEnvelopedData (RFC 5083) with AES-GCM, for profiles that take it. */
  readonly authEnvelopedData: Buffer[]
  /** PasswordRecipientInfo alone. */
  readonly passwordRecipients: Buffer[]
  /** PFX files, and last an encrypted private key alone. */
  readonly pkcs12: Buffer[]
  /** pkiMessages to a server. */
  readonly requests: Buffer[]
  /** What CertPoll, GetCert and GetCRL have in their envelopes. */
  readonly questions: Buffer[]
  readonly replies: Buffer[]
  /** The answer to GetCRL, without its seal. */
  readonly crlOnly: Buffer[]
  /** Bodies of GetNextCACert. */
  readonly nextCa: Buffer[]
}

/** The challenge, too, so that what it seals may hold it. */
export const PASSWORD = 'secret'
/** Ten rounds are as good as a hundred thousand to a parser. */
const ITERATIONS = 10

const CA_KEY = CA.privateKey.export({ type: 'pkcs8', format: 'der' })

export async function makeSamples(): Promise<Samples> {
  const people = [await identity('rsa'), await identity('ec'), await identity('ed25519')] as const
  const certificates = [await fullCertificate(), DEVICE.certificate, ISSUED.certificate, people[1].certificate.der]
  const certificationRequests = await requestsFor()
  const gcm = gcmEnvelope(certificationRequests[0] as Buffer)
  const envelopedData = envelopes(certificationRequests[0] as Buffer)
  const signedData = await Promise.all(people.map((one) => signedBy(one, Buffer.from('content'))))
  const certsOnly = [
    pki.certsOnly([ISSUED.certificate, CA.certificate]),
    withIndefiniteLengths(pki.certsOnly([ISSUED.certificate]), 4),
  ]
  const list = await crl()
  const questions = [
    pki.der.sequence(ISSUED.issuer, certificateOf(DEVICE).subject.der),
    issuerAndSerial(ISSUED),
    pki.der.sequence(ISSUED.issuer, pki.der.integer(Buffer.from('ff80', 'hex'))),
  ]
  return {
    certificates,
    certificationRequests,
    crls: [list, await crl(CRL_EXTENSIONS)],
    ocspRequests: ocspRequests(),
    ocspResponses: await ocspResponses(),
    publicKeys: [RA.spki, ...people.map(({ certificate }) => certificate.publicKey.der), oddPssKey()],
    names: NAMES.map((text) => pki.nameFromText(text).der),
    generalNames: [pki.buildGeneralNames(ALT_NAMES)],
    hashParameters: [
      pki.buildHashParameters('sha256', 'sha1'),
      pki.buildHashParameters('sha512', 'sha512', pki.der.explicit(2, pki.der.integer(64))),
    ],
    signedData: [...signedData, ...signedData.map((one) => withIndefiniteLengths(one, 6)), ...certsOnly],
    certsOnly,
    envelopedData: [...envelopedData, gcm],
    authEnvelopedData: [authEnvelope(gcm)],
    pkcs12: await pkcs12Samples(CA_KEY, CA.certificate, PASSWORD),
    passwordRecipients: [passwordRecipient('sha256'), passwordRecipient('sha1')],
    requests: requests(certificationRequests, questions),
    questions,
    replies: replies(),
    crlOnly: [crlOnly(list)],
    nextCa: [rawSigned({ signer: CA, attributes: [], eContent: pki.certsOnly([NEXT_CA.certificate]) })],
  }
}

const NAMES = ['CN=a\\,b+serialNumber=1,O=ä,DC=example,1.2.3=#020105', 'CN=device,OU=x,C=DE,emailAddress=a@b', '']

const ALT_NAMES: pki.GeneralName[] = [
  { type: 'dns', value: 'a.example' },
  { type: 'ip', value: '::1' },
  { type: 'ip', value: '192.0.2.1' },
  { type: 'email', value: 'a@example' },
  { type: 'uri', value: 'urn:x:y' },
  { type: 'directory', name: pki.nameFromText('CN=a+O=b') },
  { type: 'otherName', oid: pki.USER_PRINCIPAL_NAME, value: pki.der.utf8String('a@b') },
  { type: 'registeredId', value: '1.2.3' },
]

const NOW = new Date('2026-11-24T00:00:00Z')
const SCHEME = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' } as const
const SIGNATURE = pki.signatureAlgorithmIdentifier(SCHEME)

async function signedByCa(tbs: Buffer): Promise<Buffer> {
  return pki.assembleSigned(tbs, SIGNATURE, await pki.softwareSigningKey(CA.privateKey).sign(tbs, SCHEME))
}

/** With every extension that anything of ours reads. */
export function fullTbs(): Buffer {
  return pki.buildTbsCertificate({
    serialNumber: Buffer.from('0102', 'hex'),
    signature: SIGNATURE,
    issuer: pki.nameFromText(NAMES[0] as string),
    notBefore: NOW,
    notAfter: new Date('2051-01-01T00:00:00Z'),
    subject: pki.nameFromText(NAMES[1] as string),
    publicKey: DEVICE.spki,
    extensions: [
      pki.buildBasicConstraints({ ca: true, pathLength: 1 }),
      pki.buildKeyUsage(['digitalSignature', 'decipherOnly']),
      pki.buildExtendedKeyUsage(['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']),
      pki.buildSubjectKeyIdentifier(Buffer.alloc(20)),
      pki.buildAuthorityKeyIdentifier(Buffer.alloc(20)),
      pki.buildSubjectAltName(ALT_NAMES, true),
      pki.buildCrlDistributionPoints(['http://a.example/1.crl']),
      pki.buildFreshestCrl(['http://a.example/1.delta.crl']),
      pki.buildAuthorityInfoAccess({ caIssuers: 'http://a.example/1.crt', ocsp: 'http://a.example/ocsp' }),
    ],
  })
}

function fullCertificate(): Promise<Buffer> {
  return signedByCa(fullTbs())
}

async function requestsFor(): Promise<Buffer[]> {
  const extensions = [pki.buildSubjectAltName(ALT_NAMES, false), pki.buildKeyUsage(['digitalSignature'])]
  const subject = pki.nameFromText(NAMES[0] as string)
  const key = pki.softwareSigningKey(DEVICE.privateKey)
  const { der } = pki
  const old = der.sequence(
    der.oid('2.16.840.1.113733.1.9.8'),
    der.set(der.sequence(extension('2.5.29.17', false, pki.buildGeneralNames(ALT_NAMES)))),
  )
  const challenge = challengeAttribute(der.encode(pki.TAG.bmpString, Buffer.from('\0p\0a\0s\0s')))
  return [
    await pki.buildCertificationRequest({ subject, key, challengePassword: 'secret', extensions }),
    rawCsr({ privateKey: DEVICE.privateKey, attributes: [challenge, old] }),
    rawCsr({ privateKey: ecKey() }),
  ]
}

/** Not of one and the same CRL in life; here each is to be read. */
const CRL_EXTENSIONS = [
  pki.buildDeltaCrlIndicator(4n),
  pki.buildIssuingDistributionPoint(['http://a.example/1/1.crl', 'http://b.example/1/1.crl']),
  pki.buildFreshestCrl(['http://a.example/1.delta.crl']),
]

async function crl(extensions: readonly Buffer[] = []): Promise<Buffer> {
  const revoked = [1, 2, 3].map((number) => ({ serialNumber: Buffer.from([number]), at: NOW, reason: number }))
  const authorityKeyIdentifier = pki.buildAuthorityKeyIdentifier(Buffer.alloc(20))
  const list = { signature: SIGNATURE, issuer: certificateOf(CA).subject, thisUpdate: NOW, nextUpdate: NOW, number: 5n }
  return await signedByCa(pki.buildTbsCrl({ ...list, authorityKeyIdentifier, extensions, revoked }))
}

const certId = (digest: 'sha1' | 'sha256', withNull: boolean) => ({
  ...pki.issuerHashes(certificateOf(CA), digest),
  digest,
  withNull,
  serialNumber: Buffer.from('00ff80', 'hex'),
})

function ocspRequests(): Buffer[] {
  const several = pki.buildOcspRequest({
    certIds: [certId('sha1', true), certId('sha256', false)],
    nonce: Buffer.alloc(16),
  })
  return [pki.buildOcspRequest({ certIds: [certId('sha1', true)] }), several, withIndefiniteLengths(several, 6)]
}

async function ocspResponses(): Promise<Buffer[]> {
  const times = { thisUpdate: NOW, nextUpdate: NOW }
  const data = pki.buildResponseData({
    responderKeyHash: pki.keyHash(certificateOf(CA).publicKey),
    producedAt: NOW,
    responses: [
      { certId: certId('sha1', true), status: 'good', ...times },
      { certId: certId('sha256', false), status: 'revoked', at: NOW, reason: 6, ...times },
    ],
    nonce: Buffer.alloc(16),
  })
  const signature = await pki.softwareSigningKey(CA.privateKey).sign(data, SCHEME)
  const whole = pki.assembleOcspResponse(data, SIGNATURE, signature, [CA.certificate])
  return [whole, withIndefiniteLengths(whole, 5), pki.buildOcspError('unauthorized')]
}

/** A degenerate SignedData with a CRL and no certificate (RFC 8894 §4.6). */
function crlOnly(list: Buffer): Buffer {
  const { der } = pki
  const signedData = der.sequence(
    der.integer(1),
    der.set(),
    der.sequence(der.oid(pki.CONTENT_TYPE.data)),
    der.encode(0xa1, list),
    der.set(),
  )
  return contentInfo(pki.CONTENT_TYPE.signedData, signedData)
}

function oddPssKey(): Buffer {
  const parameters = pki.buildHashParameters('sha256', 'sha256', pki.der.explicit(2, pki.der.integer(32)))
  const algorithm = pki.der.sequence(pki.der.oid('1.2.840.113549.1.1.10'), parameters)
  return pki.der.sequence(algorithm, pki.readElement(RA.spki).children[1]?.bytes ?? Buffer.alloc(0))
}

function envelopes(content: Buffer): Buffer[] {
  const oaep = { scheme: 'rsa-oaep', hash: 'sha256', mgfHash: 'sha1' } as const
  const common = { content, encryption: 'aes-128-cbc' } as const
  const recipient = { certificate: certificateOf(RA), transport: oaep }
  const plain = rawEnvelope({ content, recipient: RA })
  const password = pki.buildEnvelopedData({ ...common, recipient: { password: PASSWORD, iterations: ITERATIONS } })
  const { der } = pki
  const other = (number: number) => der.encode(0xa0 | number, der.integer(0), der.sequence())
  return [
    plain,
    withIndefiniteLengths(plain, 6),
    pki.buildEnvelopedData({ ...common, recipient }),
    password,
    rawEnvelope({
      content,
      recipient: RA,
      cipher: 'des-ede3-cbc',
      recipientInfos: (ours) => [other(1), other(2), ours],
    }),
    rawEnvelope({ content, recipient: RA, encryptedContent: (right) => indefinite(0xa0, der.octetString(right)) }),
  ]
}

/** EnvelopedData with the tag of AES-GCM behind its content, as no standard has it. */
function gcmEnvelope(content: Buffer): Buffer {
  const recipient = { certificate: certificateOf(RA), transport: { scheme: 'rsa-pkcs1' } } as const
  return pki.buildGcmEnvelopedData({ content, encryption: 'aes-128-gcm', recipient })
}

/** The same octets in the structure of RFC 5083 §2.1. */
function authEnvelope(gcm: Buffer): Buffer {
  const { der, value } = pki
  const enveloped = value.child(value.child(pki.readElement(gcm), 1, 'content'), 0, 'EnvelopedData')
  const [version, recipients, encrypted] = enveloped.children as [pki.Element, pki.Element, pki.Element]
  const [type, cipher, content] = encrypted.children as [pki.Element, pki.Element, pki.Element]
  const [octets, mac] = [content.content.subarray(0, -16), content.content.subarray(-16)]
  const info = der.sequence(type.bytes, cipher.bytes, der.implicit(0, der.octetString(octets)))
  const auth = der.sequence(version.bytes, recipients.bytes, info, der.octetString(mac))
  return contentInfo(pki.CONTENT_TYPE.authEnvelopedData, auth)
}

function passwordRecipient(prf: 'sha1' | 'sha256'): Buffer {
  const recipient = { password: PASSWORD, iterations: ITERATIONS, prf }
  const message = pki.buildEnvelopedData({ content: randomBytes(20), encryption: 'aes-256-cbc', recipient })
  const infos = pki.readElement(message).children[1]?.children[0]?.children[1]
  return infos?.children[0]?.bytes ?? Buffer.alloc(0)
}

const messageTypes = ['19', '17', '20', '21', '22', '18']

function requests(csrs: readonly Buffer[], questions: readonly Buffer[]): Buffer[] {
  const typed = (type: string) => requestAttributes({ messageType: [pki.der.printableString(type)] })
  const contents = [csrs[0], csrs[1], questions[0], questions[1], questions[2], csrs[0]] as Buffer[]
  const usual = contents.map((content, index) => {
    const eContent = rawEnvelope({ content, recipient: RA })
    const certificates = index === 1 ? [ISSUED.certificate, CA.certificate] : [DEVICE.certificate]
    const signer = index === 1 ? ISSUED : DEVICE
    return rawSigned({ signer, certificates, eContent, attributes: typed(messageTypes[index] as string) })
  })
  const password = pki.buildEnvelopedData({
    content: csrs[0] as Buffer,
    encryption: 'aes-128-cbc',
    recipient: { password: PASSWORD, iterations: ITERATIONS },
  })
  const old = rawEnvelope({ content: csrs[0] as Buffer, recipient: RA, cipher: 'des-ede3-cbc' })
  return [
    ...usual,
    withIndefiniteLengths(usual[0] as Buffer, 5),
    rawSigned({ signer: DEVICE, eContent: password }),
    rawSigned({ signer: DEVICE, eContent: old, digest: 'sha1' }),
  ]
}

function replies(): Buffer[] {
  const content = rawEnvelope({ content: pki.certsOnly([ISSUED.certificate]), recipient: DEVICE })
  const reply = (status: string, eContent?: Buffer) =>
    rawSigned({ signer: RA, attributes: replyAttributes(status), eContent })
  const success = reply('0', content)
  const empty = contentInfo('1.2.840.113549.1.7.1', pki.der.octetString(Buffer.alloc(0)))
  return [
    success,
    withIndefiniteLengths(success, 5),
    reply('2'),
    reply('3'),
    reply('2', Buffer.alloc(1)),
    reply('3', empty),
  ]
}
