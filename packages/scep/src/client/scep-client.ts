import { type Certificate, type Name, type PublicKeyInfo, parseCertificationRequest } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import type { Secret } from '../secret.ts'
import { randomTransactionId, type TransactionId } from '../transaction-id.ts'
import { askUntilDecided, type Decision, type Waiting } from './ask-until-decided.ts'
import { parseCaCertificates } from './ca-certificates.ts'
import { type Capabilities, hasCapability, parseCapabilities } from './capabilities.ts'
import { challengeOf } from './challenge-of.ts'
import { type ExpectedNextCa, type NextCa, openNextCa } from './next-ca.ts'
import { type CertificateAnswer, type CrlAnswer, openCertificateAnswer, openCrlAnswer } from './open-answer.ts'
import { openReply, type Reply } from './open-reply.ts'
import { OutstandingRequests } from './outstanding.ts'
import { scepUrl } from './scep-url.ts'
import { type CertificateId, sealPoll, sealQuestion } from './seal-question.ts'
import { sealRequest } from './seal-request.ts'
import { issuingAuthority } from './select-certificate.ts'
import { expectedKey, expectedReply, messageParts, type Terms } from './terms.ts'
import { exchange, expectOk, type TransportOptions } from './transport.ts'

export interface ScepClientOptions extends TransportOptions {
  /** Of the server; without a path, `/cgi-bin/pkiclient.exe` is asked. */
  readonly url: string
  /** Shared by clients that ask the same CA; one of its own if left out. */
  readonly outstanding?: OutstandingRequests
}

export interface Enrolment extends Terms {
  readonly messageType?: 'PKCSReq' | 'RenewalReq'
  /** PKCS#10, DER, and the key in it. Its challenge is the password of messages that no key can protect. */
  readonly csr: Buffer
  readonly csrKey: PublicKeyInfo
  /** A new one for a new enrolment if left out; the old one to take up a broken one (S-5.2-07). */
  readonly transactionId?: TransactionId
  /** Although another request to this CA is under way (S-4.4-04). */
  readonly force?: boolean
}

/** Asks what became of an enrolment, with its transactionID, signer and key. */
export interface Poll extends Terms {
  readonly transactionId: TransactionId
  /** Of the certification request. */
  readonly subject: Name
  readonly csrKey: PublicKeyInfo
  /** The challenge of the enrolment, where a key on either side cannot encrypt. */
  readonly password?: Secret | undefined
}

export interface Question extends Terms {
  readonly certificate: CertificateId
  readonly transactionId?: TransactionId
  /** The secret of the endpoint, where a key on either side cannot encrypt. */
  readonly password?: Secret | undefined
}

type WithTransaction = { readonly transactionId: TransactionId }

/** A SCEP client: the operations of RFC 8894 §4 over a `fetch` that is handed in. */
export class ScepClient {
  readonly #options: ScepClientOptions
  readonly #outstanding: OutstandingRequests

  constructor(options: ScepClientOptions) {
    this.#options = options
    this.#outstanding = options.outstanding ?? new OutstandingRequests()
  }

  /** An error or an empty answer means no capabilities; old servers close the connection (S-3.5.2-17). */
  async getCapabilities(): Promise<Capabilities> {
    try {
      const { status, body } = await this.#get('GetCACaps')
      return parseCapabilities(status < 400 ? body.toString('latin1') : '')
    } catch (error) {
      if (!(error instanceof ScepError)) throw error
      return parseCapabilities('')
    }
  }

  /** CA and RA certificates in the order received: not authenticated, compare a fingerprint before using them. */
  async getCaCertificates(): Promise<Certificate[]> {
    const { body, contentType } = expectOk(await this.#get('GetCACert'))
    return parseCaCertificates(body, contentType)
  }

  /**
   * The CA that will follow, proven by the current one. Not asked where it is not offered (S-4.7.1-08).
   * @throws {ScepError} `not_offered`, unless it is forced, and `next_ca_untrusted`
   */
  async getNextCa(expected: ExpectedNextCa & { capabilities: Capabilities; force?: boolean }): Promise<NextCa> {
    if (!expected.force && !hasCapability(expected.capabilities, 'GetNextCACert')) {
      throw new ScepError('not_offered', { detail: 'GetNextCACert is not among the capabilities' })
    }
    return openNextCa(expectOk(await this.#get('GetNextCACert')).body, expected)
  }

  /** One request and its reply. The transactionId of a pending one is needed to ask again. */
  async enrol(enrolment: Enrolment): Promise<Reply & WithTransaction> {
    return this.#alone(enrolment, () => this.#enrol(enrolment))
  }

  /** What became of a request (CertPoll, the GetCertInitial of the drafts), signed as the request was. */
  async poll(poll: Poll): Promise<Reply & WithTransaction> {
    const key = expectedKey(poll, poll.password)
    const issuer = issuingAuthority(poll.recipient, poll.issuers).subject
    const parts = messageParts(poll, poll.transactionId, poll.password)
    const sealed = await sealPoll({ ...parts, issuer, subject: poll.subject })
    const bytes = await this.pkiOperation(sealed.message, poll.algorithms.post)
    const expected = { ...expectedReply(poll, sealed), ...key, csrKey: poll.csrKey, renews: poll.signer.certificate }
    return { ...(await openReply(bytes, expected)), transactionId: sealed.transactionId }
  }

  /** A request, and polls until the server has decided or a limit is reached; `by` re-sending for servers without CertPoll. */
  async enrolUntilDecided(
    enrolment: Enrolment,
    waiting: Waiting & { by?: 'CertPoll' | 're-sending' },
  ): Promise<Decision & WithTransaction> {
    const transactionId = enrolment.transactionId ?? randomTransactionId()
    const send = () => this.#enrol({ ...enrolment, transactionId })
    const { subject } = parseCertificationRequest(enrolment.csr)
    const poll = () => this.poll({ ...enrolment, transactionId, subject, password: challengeOf(enrolment.csr) })
    const again = waiting.by === 're-sending' ? send : poll
    const decision = await this.#alone(enrolment, () => askUntilDecided(send, again, waiting))
    return { ...decision, transactionId }
  }

  /** GetCert: a certificate by issuer and serial number (RFC 8894 §4.5). */
  async getCertificate(question: Question): Promise<CertificateAnswer> {
    return openCertificateAnswer(...(await this.#ask('GetCert', question)))
  }

  /** GetCRL: the CRL of the issuer of a certificate (RFC 8894 §4.6). Its distribution point is the better place (§2.7). */
  async getCrl(question: Question): Promise<CrlAnswer> {
    return openCrlAnswer(...(await this.#ask('GetCRL', question)))
  }

  /** A message and the bytes that came back for it. */
  async pkiOperation(message: Buffer, post: boolean): Promise<Buffer> {
    const answer = post ? await this.#post(message) : await this.#get('PKIOperation', message)
    return expectOk(answer).body
  }

  #alone<T>({ recipient, issuers, force = false }: Enrolment, work: () => Promise<T>): Promise<T> {
    const authority = issuingAuthority(recipient, issuers).digest().toString('hex')
    return this.#outstanding.during(authority, force, work)
  }

  async #enrol(enrolment: Enrolment): Promise<Reply & WithTransaction> {
    const { csr, csrKey, signer, messageType = 'PKCSReq' } = enrolment
    const key = expectedKey(enrolment, challengeOf(csr))
    const sealed = await sealRequest({ ...messageParts(enrolment, enrolment.transactionId), messageType, csr })
    const bytes = await this.pkiOperation(sealed.message, enrolment.algorithms.post)
    const expected = { ...expectedReply(enrolment, sealed), ...key, csrKey, renews: signer.certificate }
    return { ...(await openReply(bytes, expected)), transactionId: sealed.transactionId }
  }

  async #ask(messageType: 'GetCert' | 'GetCRL', question: Question) {
    const { certificate, password, transactionId } = question
    const key = expectedKey(question, password)
    const sealed = await sealQuestion({ ...messageParts(question, transactionId, password), messageType, certificate })
    const bytes = await this.pkiOperation(sealed.message, question.algorithms.post)
    return [bytes, { ...expectedReply(question, sealed), ...key, certificate }] as const
  }

  #get(operation: 'GetCACaps' | 'GetCACert' | 'GetNextCACert' | 'PKIOperation', message?: Buffer) {
    return exchange(scepUrl(this.#options.url, operation, message), { method: 'GET' }, this.#options)
  }

  #post(message: Buffer) {
    const headers = { 'content-type': 'application/x-pki-message' }
    const url = scepUrl(this.#options.url, 'PKIOperation')
    return exchange(url, { method: 'POST', headers, body: new Uint8Array(message) }, this.#options)
  }
}
