import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import {
  assembleSigned,
  buildAuthorityKeyIdentifier,
  buildBasicConstraints,
  buildCrlDistributionPoints,
  buildKeyUsage,
  buildTbsCertificate,
  buildTbsCrl,
  type Certificate,
  type CertificationRequest,
  certsOnly,
  challengePasswords,
  type KeyUsageName,
  nameFromText,
  parseCertificate,
  parseCertificationRequest,
  publicKeyInfoOf,
  requestedExtensions,
  signatureAlgorithmIdentifier,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import {
  decodeGetMessage,
  type EnrolmentMessage,
  isEnrolment,
  openRequest,
  type RaKey,
  resolveCompatibility,
  sealReply,
} from '@chancery/scep'
import {
  type MockIdentity,
  type MockMessage,
  type MockReply,
  openMessage,
  schemeOf,
  sealMockReply,
} from './mock-message.ts'
import type { ScriptedAnswer, SeenRequest } from './mock-server.ts'

const DAY = 86_400_000
const ALL_CAPABILITIES = 'AES\nDES3\nSHA-1\nSHA-256\nSHA-512\nPOSTPKIOperation\nSCEPStandard\n'

type Holder = MockIdentity

/** For tests: a CA with an RA, and what a script may bend about its answers. */
export interface MockCa {
  readonly root: Holder
  readonly ra: Holder
  /** Enrolments of RSA keys that were opened as a server of ours does, in order. */
  readonly requests: EnrolmentMessage[]
  /** Every message, opened by hand, in order. */
  readonly messages: MockMessage[]
  answer(request: SeenRequest): Promise<ScriptedAnswer>
  /** A SUCCESS: the same certificate for the same transaction, as a server of ours does. */
  reply(request: EnrolmentMessage): Promise<Buffer>
}

interface Holders {
  readonly root: Holder
  readonly ra: Holder
}

export interface MockCaScript {
  readonly capabilities?: string
  readonly caCertificates?: Buffer
  /** An EC key, and no RA beside the CA. */
  readonly ec?: true
  readonly holders?: Holders
  /** Put into what is issued. */
  readonly crlDistributionPoint?: string
  /** Challenges that may protect a message. */
  readonly passwords?: readonly string[]
  readonly nextCa?: Buffer
  /** The CertRep for an enrolment of an RSA key; default: a certificate for it. */
  readonly reply?: (request: EnrolmentMessage, ca: MockCa) => Promise<Buffer> | Buffer
  /** What is said to any other message, and to all where it is given; default: what a CA without a person says. */
  readonly decide?: (message: MockMessage, ca: MockCa) => MockReply | undefined
}

const root = newHolder('CN=Mock Root,O=Test', ['keyCertSign', 'cRLSign'], undefined)
const ecRoot = newHolder('CN=Mock EC Root,O=Test', ['keyCertSign', 'cRLSign', 'digitalSignature'], undefined, ecKey())
const ra = newHolder('CN=Mock RA', ['digitalSignature', 'keyEncipherment'], root)

export function mockCa(script: MockCaScript = {}): MockCa {
  const issued = new Map<string, Buffer>()
  const seen = new Map<string, SeenEnrolment>()
  const holders = script.holders ?? (script.ec ? { root: ecRoot, ra: ecRoot } : { root, ra })
  const ca: MockCa = {
    ...holders,
    requests: [],
    messages: [],
    reply: (request) => replyWithCertificate(request, issued),
    async answer({ method, query, body }) {
      const operation = new URLSearchParams(query).get('operation')
      if (operation === 'GetCACaps') return { type: 'text/plain', body: script.capabilities ?? ALL_CAPABILITIES }
      if (operation === 'GetCACert') {
        const usual = script.ec
          ? ecRoot.certificate.der
          : certsOnly([holders.ra.certificate.der, holders.root.certificate.der])
        return { type: 'application/x-x509-ca-ra-cert', body: script.caCertificates ?? usual }
      }
      if (operation === 'GetNextCACert') {
        return script.nextCa ? { type: 'application/x-x509-next-ca-cert', body: script.nextCa } : { status: 404 }
      }
      const message = method === 'POST' ? body : decodeGetMessage(query)
      return { type: 'application/x-pki-message', body: await certRep(message) }
    },
  }

  async function certRep(bytes: Buffer): Promise<Buffer> {
    const message = await openMessage(bytes, ca.ra, script.passwords ?? [])
    ca.messages.push(message)
    const enrols = message.messageType === '19' || message.messageType === '17'
    const transported = message.signer.publicKey.type === 'rsa' && message.password === undefined
    if (enrols && transported && !isBent(script)) return rsaEnrolment(bytes)
    if (enrols) seen.set(message.transactionId, seenEnrolment(message.content))
    const known = seen.get(message.transactionId)
    const reply = script.decide?.(message, ca) ?? usualReply(message, known, ca, script)
    const needsPassword = message.signer.publicKey.type !== 'rsa'
    return sealMockReply(reply, message, ca.ra, needsPassword ? (known?.challenge ?? script.passwords?.[0]) : undefined)
  }

  async function rsaEnrolment(bytes: Buffer): Promise<Buffer> {
    const request = await openRequest(bytes, [raKey()], resolveCompatibility('legacy'), new Date())
    if (!isEnrolment(request)) throw new Error(`the mock does not answer ${request.messageType}`)
    ca.requests.push(request)
    return (script.reply ?? ca.reply)(request, ca)
  }
  return ca
}

/** Scripts for which the code of a server, which answers the enrolments of RSA keys, is not enough. */
const isBent = ({ decide, holders, crlDistributionPoint }: MockCaScript): boolean =>
  [decide, holders, crlDistributionPoint].some((part) => part !== undefined)

interface SeenEnrolment {
  readonly csr: CertificationRequest
  readonly challenge: string | undefined
}

function seenEnrolment(content: Buffer): SeenEnrolment {
  const csr = parseCertificationRequest(content)
  return { csr, challenge: challengePasswords(csr)[0] }
}

/** A certificate for a request or a poll, the certificate that was asked for if it is the signer's own, an empty CRL. */
function usualReply(
  { messageType, signer }: MockMessage,
  known: SeenEnrolment | undefined,
  ca: MockCa,
  { crlDistributionPoint: point }: MockCaScript,
): MockReply {
  if (messageType === '22') return { status: 'SUCCESS', content: certsOnly([], [emptyCrl(ca.root)]) }
  if (messageType === '21') return { status: 'SUCCESS', content: certsOnly([signer.der]) }
  if (known === undefined) return { status: 'FAILURE', failInfo: '4' }
  return {
    status: 'SUCCESS',
    content: certsOnly([issue(known, ca.root, point === undefined ? [] : [buildCrlDistributionPoints([point])])]),
  }
}

/** A CRL of an issuer, dated to now. */
export function emptyCrl({ certificate, privateKey }: Holder): Buffer {
  const scheme = schemeOf({ privateKey })
  const signature = signatureAlgorithmIdentifier(scheme)
  const tbs = buildTbsCrl({
    signature,
    issuer: certificate.subject,
    thisUpdate: new Date(Date.now() - DAY),
    nextUpdate: new Date(Date.now() + DAY),
    number: 7n,
    authorityKeyIdentifier: buildAuthorityKeyIdentifier(Buffer.alloc(20, 1)),
    revoked: [],
  })
  return assembleSigned(tbs, signature, softwareSigningKey(privateKey).sign(tbs, scheme) as Buffer)
}

function raKey(): RaKey {
  return {
    id: 'mock',
    certificate: ra.certificate,
    signing: softwareSigningKey(ra.privateKey),
    decryption: softwareDecryptionKey(ra.privateKey),
  }
}

function replyWithCertificate(request: EnrolmentMessage, issued: Map<string, Buffer>): Promise<Buffer> {
  const certificate = issued.get(request.transactionId) ?? issue(request)
  issued.set(request.transactionId, certificate)
  return seal(request, { status: 'SUCCESS', certificates: [certificate] })
}

export function seal(request: EnrolmentMessage, reply: Parameters<typeof sealReply>[0]): Promise<Buffer> {
  const policy = resolveCompatibility('default')
  return sealReply(reply, request.replyTo, { ra: raKey(), policy, now: new Date(), nonce: randomBytes(16) })
}

function issue(
  { csr }: { readonly csr: CertificationRequest },
  issuer: Holder = root,
  more: readonly Buffer[] = [],
): Buffer {
  return sign({
    subject: csr.subject,
    publicKey: csr.publicKey.der,
    issuer,
    extensions: [...requestedExtensions(csr).map(({ der }) => der), ...more],
  })
}

function rsaKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}

function ecKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

/** Without an issuer, a self-signed CA. */
export function newHolder(
  subject: string,
  usages: readonly KeyUsageName[],
  issuer: Holder | undefined,
  privateKey: KeyObject = rsaKey(),
  notBefore?: Date,
): Holder {
  const name = nameFromText(subject)
  const isCa = issuer === undefined
  const extensions = [buildKeyUsage(usages), buildBasicConstraints({ ca: isCa })]
  const publicKey = publicKeyInfoOf(privateKey).der
  const signer = issuer ?? { privateKey, certificate: { subject: name } }
  return {
    privateKey,
    certificate: parseCertificate(sign({ subject: name, publicKey, issuer: signer, extensions, notBefore })),
  }
}

interface ToSign {
  readonly subject: Certificate['subject']
  readonly publicKey: Buffer
  readonly issuer: { readonly privateKey: KeyObject; readonly certificate: Pick<Certificate, 'subject'> }
  readonly extensions: readonly Buffer[]
  readonly notBefore?: Date | undefined
}

function sign({ subject, publicKey, issuer, extensions, notBefore = new Date(Date.now() - DAY) }: ToSign): Buffer {
  const scheme = schemeOf(issuer)
  const signature = signatureAlgorithmIdentifier(scheme)
  const serialNumber = randomBytes(16)
  serialNumber[0] = 0x41
  const tbs = buildTbsCertificate({
    serialNumber,
    signature,
    issuer: issuer.certificate.subject,
    notBefore,
    notAfter: new Date(Date.now() + 365 * DAY),
    subject,
    publicKey,
    extensions,
  })
  return assembleSigned(tbs, signature, softwareSigningKey(issuer.privateKey).sign(tbs, scheme) as Buffer)
}
