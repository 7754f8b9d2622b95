import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import {
  assembleSigned,
  buildBasicConstraints,
  buildKeyUsage,
  buildTbsCertificate,
  type Certificate,
  certsOnly,
  type KeyUsageName,
  nameFromText,
  parseCertificate,
  publicKeyInfoOf,
  requestedExtensions,
  type SignatureScheme,
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
import type { ScriptedAnswer, SeenRequest } from './mock-server.ts'

const SCHEME: SignatureScheme = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }
const DAY = 86_400_000
const ALL_CAPABILITIES = 'AES\nDES3\nSHA-1\nSHA-256\nSHA-512\nPOSTPKIOperation\nSCEPStandard\n'

interface Holder {
  readonly certificate: Certificate
  readonly privateKey: KeyObject
}

/** For tests: a CA with an RA, and what a script may bend about its answers. */
export interface MockCa {
  readonly root: Holder
  readonly ra: Holder
  /** Requests that were opened, in order. */
  readonly requests: EnrolmentMessage[]
  answer(request: SeenRequest): Promise<ScriptedAnswer>
  /** A SUCCESS: the same certificate for the same transaction, as a server of ours does. */
  reply(request: EnrolmentMessage): Promise<Buffer>
}

export interface MockCaScript {
  readonly capabilities?: string
  readonly caCertificates?: Buffer
  /** The CertRep for a request; default: a certificate for it. */
  readonly reply?: (request: EnrolmentMessage, ca: MockCa) => Promise<Buffer> | Buffer
}

const root = newHolder('CN=Mock Root,O=Test', ['keyCertSign', 'cRLSign'], undefined)
const ra = newHolder('CN=Mock RA', ['digitalSignature', 'keyEncipherment'], root)

export function mockCa(script: MockCaScript = {}): MockCa {
  const issued = new Map<string, Buffer>()
  const ca: MockCa = {
    root,
    ra,
    requests: [],
    reply: (request) => replyWithCertificate(request, issued),
    async answer({ method, query, body }) {
      const operation = new URLSearchParams(query).get('operation')
      if (operation === 'GetCACaps') return { type: 'text/plain', body: script.capabilities ?? ALL_CAPABILITIES }
      if (operation === 'GetCACert') {
        return {
          type: 'application/x-x509-ca-ra-cert',
          body: script.caCertificates ?? certsOnly([ra.certificate.der, root.certificate.der]),
        }
      }
      const message = method === 'POST' ? body : decodeGetMessage(query)
      const request = await openRequest(message, [raKey()], resolveCompatibility('legacy'), new Date())
      if (!isEnrolment(request)) throw new Error(`the mock does not answer ${request.messageType}`)
      ca.requests.push(request)
      const reply = await (script.reply ?? ca.reply)(request, ca)
      return { type: 'application/x-pki-message', body: reply }
    },
  }
  return ca
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

function issue({ csr }: EnrolmentMessage, issuer: Holder = root): Buffer {
  return sign({
    subject: csr.subject,
    publicKey: csr.publicKey.der,
    issuer,
    extensions: requestedExtensions(csr).map(({ der }) => der),
  })
}

/** Without an issuer, a self-signed CA. */
function newHolder(subject: string, usages: readonly KeyUsageName[], issuer: Holder | undefined): Holder {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const name = nameFromText(subject)
  const isCa = issuer === undefined
  const extensions = [buildKeyUsage(usages), buildBasicConstraints({ ca: isCa })]
  const publicKey = publicKeyInfoOf(privateKey).der
  const signer = issuer ?? { privateKey, certificate: { subject: name } }
  return { privateKey, certificate: parseCertificate(sign({ subject: name, publicKey, issuer: signer, extensions })) }
}

interface ToSign {
  readonly subject: Certificate['subject']
  readonly publicKey: Buffer
  readonly issuer: { readonly privateKey: KeyObject; readonly certificate: Pick<Certificate, 'subject'> }
  readonly extensions: Buffer[]
}

function sign({ subject, publicKey, issuer, extensions }: ToSign): Buffer {
  const signature = signatureAlgorithmIdentifier(SCHEME)
  const serialNumber = randomBytes(16)
  serialNumber[0] = 0x41
  const tbs = buildTbsCertificate({
    serialNumber,
    signature,
    issuer: issuer.certificate.subject,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 365 * DAY),
    subject,
    publicKey,
    extensions,
  })
  return assembleSigned(tbs, signature, softwareSigningKey(issuer.privateKey).sign(tbs, SCHEME) as Buffer)
}
