import { randomBytes } from 'node:crypto'
import {
  assembleSigned,
  buildKeyUsage,
  buildTbsCertificate,
  type NewCertificate,
  parseCertificate,
  type SignatureScheme,
  signatureAlgorithmIdentifier,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import type { Fetch } from '../client/transport.ts'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import { decodeGetMessage } from '../decode-get-message.ts'
import type { RaKey } from '../ra-key.ts'
import type { CertRep } from '../reply/cert-rep.ts'
import { sealReply } from '../reply/seal-reply.ts'
import type { ReplyTo } from '../reply-to.ts'
import { openRequest } from '../request/open-request.ts'
import { type EnrolmentMessage, isEnrolment, type ScepRequest } from '../request/scep-request.ts'
import { ScepError } from '../scep-error.ts'
import { caExtension, commonName, keyUsageExtension, rawCertificate, rsaKey } from './raw-certificate.ts'

/** What a server may get wrong; left out, it does it as it should. */
export interface Faults {
  readonly capabilities?: string
  readonly capabilitiesType?: string
  readonly caCertificatesType?: string
  /** HTTP status of whatever makes no sense. */
  readonly nonsense?: number
  readonly put?: number
  readonly reply?: (to: ReplyTo, reply: CertRep) => { to?: Partial<ReplyTo>; nonce?: Buffer; reply?: CertRep }
  readonly replyType?: string
  readonly replyStatus?: number
  /** Issues to whoever asks. */
  readonly openDoor?: true
  /** Issues anew for every message. */
  readonly forgetful?: true
  /** Renews for any signer and any subject. */
  readonly gullible?: true
  /** Answers polls of anybody. */
  readonly talkative?: true
  readonly issue?: Partial<NewCertificate>
}

export const CHALLENGE = 'a challenge'

const CA = rawCertificate({
  subject: commonName('Fake CA'),
  privateKey: rsaKey(),
  extensions: [caExtension(), keyUsageExtension(0, 2, 5, 6)],
})
const RA: RaKey = {
  id: 'fake',
  certificate: parseCertificate(CA.certificate),
  signing: softwareSigningKey(CA.privateKey),
  decryption: softwareDecryptionKey(CA.privateKey),
}
const POLICY = resolveCompatibility('default')
const ALL = 'AES\nDES3\nSHA-1\nSHA-256\nSHA-384\nSHA-512\nPOSTPKIOperation\nSCEPStandard\nRenewal\n'

/** A whole SCEP server behind a `fetch`, with the faults that are asked for. */
export function fakeServer(now: Date, faults: Faults = {}): { fetch: Fetch; issued: Map<string, Buffer> } {
  const issued = new Map<string, Buffer>()
  const state: State = { now, issued, uses: 1 }
  const fetch: Fetch = async (url, init) => {
    const { search } = new URL(url)
    const operation = /[?&]operation=([^&]*)/.exec(search)?.[1]
    if (init.method === 'PUT') return answer('no', 'text/plain', faults.put ?? 405)
    if (operation === 'GetCACaps') return answer(faults.capabilities ?? ALL, faults.capabilitiesType ?? 'text/plain')
    if (operation === 'GetCACert')
      return answer(CA.certificate, faults.caCertificatesType ?? 'application/x-x509-ca-cert')
    if (operation !== 'PKIOperation') return answer('no', 'text/plain', faults.nonsense ?? 404)
    try {
      const message = init.method === 'POST' ? Buffer.from(init.body as Uint8Array) : decodeGetMessage(search.slice(1))
      return await pkiOperation(message, faults, state)
    } catch (error) {
      if (!(error instanceof ScepError)) throw error
      if (error.failInfo !== null && error.replyTo !== undefined) {
        return seal({ status: 'FAILURE', failInfo: error.failInfo }, error.replyTo, faults, state)
      }
      return answer('no', 'text/plain', faults.nonsense ?? 400)
    }
  }
  return { fetch, issued }
}

interface State {
  readonly now: Date
  readonly issued: Map<string, Buffer>
  /** That the challenge has left. */
  uses: number
}

async function pkiOperation(message: Buffer, faults: Faults, state: State): Promise<Response> {
  const request = await openRequest(message, [RA], POLICY, state.now)
  const key = `${request.transactionId} ${faults.talkative ? '' : request.signer.certificate.publicKey.digest().toString('hex')}`
  return seal(decide(request, key, faults, state), request.replyTo, faults, state)
}

function decide(request: ScepRequest, key: string, faults: Faults, state: State): CertRep {
  const { issued } = state
  const known = issued.get(key)
  if (isEnrolment(request)) {
    const certificate =
      (faults.forgetful ? undefined : known) ??
      (mayHave(request, faults, state) ? issue(request, faults, state) : undefined)
    if (certificate === undefined) return { status: 'FAILURE', failInfo: 'badRequest' }
    issued.set(key, certificate)
    return { status: 'SUCCESS', certificates: [certificate] }
  }
  if (request.messageType === 'CertPoll' && known !== undefined) return { status: 'SUCCESS', certificates: [known] }
  return { status: 'FAILURE', failInfo: 'badCertId' }
}

function mayHave(request: EnrolmentMessage, faults: Faults, state: State): boolean {
  const { messageType, challengePassword, signer, csr } = request
  if (faults.openDoor) return true
  if (messageType === 'RenewalReq') {
    const isOurs = [...state.issued.values()].some((der) => der.equals(signer.certificate.der))
    return faults.gullible || (isOurs && csr.subject.der.equals(signer.certificate.subject.der))
  }
  return challengePassword?.reveal() === CHALLENGE && state.uses-- > 0
}

function issue({ csr }: EnrolmentMessage, { issue: changes }: Faults, { now }: State): Buffer {
  const scheme = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' } as const
  const signature = signatureAlgorithmIdentifier(scheme)
  const tbs = buildTbsCertificate({
    serialNumber: Buffer.concat([Buffer.from([0x41]), randomBytes(15)]),
    signature,
    issuer: RA.certificate.subject,
    notBefore: new Date(now.getTime() - 60_000),
    notAfter: new Date(now.getTime() + 86_400_000),
    subject: csr.subject,
    publicKey: csr.publicKey.der,
    extensions: [buildKeyUsage(['digitalSignature'])],
    ...changes,
  })
  return assembleSigned(tbs, signature, signWith(tbs, scheme))
}

function signWith(tbs: Buffer, scheme: SignatureScheme): Buffer {
  const signed = RA.signing.sign(tbs, scheme)
  if (!Buffer.isBuffer(signed)) throw new Error('not in this process')
  return signed
}

async function seal(reply: CertRep, to: ReplyTo, faults: Faults, { now }: State): Promise<Response> {
  const change = faults.reply?.(to, reply) ?? {}
  const sealing = { ra: RA, policy: POLICY, now, nonce: change.nonce ?? randomBytes(16) }
  const body = await sealReply(change.reply ?? reply, { ...to, ...change.to }, sealing)
  return answer(body, faults.replyType ?? 'application/x-pki-message', faults.replyStatus)
}

function answer(body: string | Buffer, type: string, status = 200): Response {
  return new Response(typeof body === 'string' ? body : new Uint8Array(body), {
    status,
    headers: { 'content-type': type },
  })
}
