import { randomBytes } from 'node:crypto'
import { type Certificate, type ContentEncryptionName, der, type KeyTransport } from '@chancery/pki'
import { type Capabilities, parseCapabilities } from '../client/capabilities.ts'
import { scepUrl } from '../client/scep-url.ts'
import { sealEnvelope } from '../client/seal-envelope.ts'
import type { Fetch } from '../client/transport.ts'
import { exchange } from '../client/transport.ts'
import { Secret } from '../secret.ts'
import { randomTransactionId } from '../transaction-id.ts'
import { type Answer, type SeenReply, seenReply } from './answer.ts'
import { type Identity, newIdentity } from './identity.ts'
import { request } from './issued.ts'
import { type RawDigest, rawMessage } from './raw-message.ts'

export interface ServerOptions {
  readonly url: string
  readonly fetch: Fetch
  readonly now: () => Date
  /** Allows what may leave certificates behind. */
  readonly challenge: Secret | undefined
  /** It is good for one certificate. */
  readonly oneTime: boolean
  /** Of the certificates that the probe asks for. */
  readonly subject: string
  readonly timeoutMilliseconds: number
}

/** What is sent to PKIOperation, where it differs from a good poll for a transaction that nobody began. */
export interface Ask {
  readonly messageType?: string
  /** Plaintext of the envelope. */
  readonly content?: Buffer
  /** In the place of an envelope: null sends none. */
  readonly eContent?: Buffer | null
  readonly signer?: Pick<Identity, 'certificate' | 'privateKey'>
  readonly recipient?: Certificate
  readonly cipher?: ContentEncryptionName
  readonly keyTransport?: KeyTransport
  readonly digest?: RawDigest
  readonly transactionId?: string
  readonly forged?: boolean
}

export interface Asked {
  readonly answer: Answer
  readonly reply: SeenReply | undefined
  readonly transactionId: string
  readonly senderNonce: Buffer
  /** The bytes that were sent. */
  readonly message: Buffer
}

/** The server that is looked at, and what was learnt of it so far: later checks need what earlier ones saw. */
export class Server {
  readonly options: ServerOptions
  capabilities: Capabilities = parseCapabilities('')
  /** Of GetCACert; empty while it was not understood. */
  certificates: readonly Certificate[] = []
  recipient: Certificate | undefined
  /** The certificate that the probe got, with its key, and the request that it came for. */
  issued: (Identity & { readonly selfSigned: Certificate; readonly request: Asked }) | undefined
  #identity: Promise<Identity> | undefined

  constructor(options: ServerOptions) {
    this.options = options
  }

  /** One key for everything that needs none of its own: making one takes longer than asking. */
  identity(): Promise<Identity> {
    this.#identity ??= this.newIdentity()
    return this.#identity
  }

  newIdentity(): Promise<Identity> {
    return newIdentity(this.options.subject, this.options.now())
  }

  /** A request for an operation that is not PKIOperation, or for none that exists. */
  get(query: string): Promise<Answer> {
    const url = new URL(scepUrl(this.options.url, 'X'))
    url.search = query
    return this.send(url.href, { method: 'GET' })
  }

  send(url: string, init: RequestInit): Promise<Answer> {
    const { fetch, timeoutMilliseconds } = this.options
    return exchange(url, init, { fetch, timeoutMilliseconds }).catch((error: unknown) => ({
      status: 0,
      contentType: undefined,
      body: Buffer.alloc(0),
      failure: error instanceof Error && 'detail' in error ? String(error.detail) : String(error),
    }))
  }

  pkiOperation(message: Buffer, post = true): Promise<Answer> {
    if (!post) return this.send(scepUrl(this.options.url, 'PKIOperation', message), { method: 'GET' })
    const headers = { 'content-type': 'application/x-pki-message' }
    const body = new Uint8Array(message)
    return this.send(scepUrl(this.options.url, 'PKIOperation'), { method: 'POST', headers, body })
  }

  /** Asks, by default, about a transaction that nobody began: a question that changes nothing on any server. */
  async ask(ask: Ask = {}, post = true): Promise<Asked> {
    const message = await this.message(ask)
    const answer = await this.pkiOperation(message.message, post)
    return { ...message, answer, reply: seenReply(answer, this.certificates) }
  }

  /**
   * A message that is answered in terms of SCEP and never granted: a poll for what nobody began; where polls are not served
   * and enrolments are allowed, a request with a wrong challenge. undefined: there is none.
   */
  async harmless(): Promise<Ask | undefined> {
    const isAnswered = async (ask: Ask) => (await this.ask(ask)).reply !== undefined
    if (await isAnswered({})) return {}
    if (this.options.challenge === undefined) return undefined
    const refused: Ask = { messageType: '19', content: await request(await this.identity(), new Secret('wrong')) }
    return (await isAnswered(refused)) ? refused : undefined
  }

  async message(ask: Ask): Promise<Omit<Asked, 'answer' | 'reply'>> {
    const { messageType = '20', digest = 'sha256', transactionId = randomTransactionId(), forged = false } = ask
    const signer = ask.signer ?? (await this.identity())
    const senderNonce = randomBytes(16)
    const eContent = ask.eContent === undefined ? await this.#envelope(ask) : ask.eContent
    const message = rawMessage({
      ...(eContent === null ? {} : { eContent }),
      signer,
      messageType,
      transactionId,
      senderNonce,
      digest,
      forged,
    })
    return { message, transactionId, senderNonce }
  }

  async #envelope({ content, recipient = this.recipient, cipher, keyTransport }: Ask): Promise<Buffer> {
    if (recipient === undefined) throw new TypeError('the server has no certificate to encrypt to')
    const { subject } = await this.identity()
    return sealEnvelope({
      content: content ?? der.sequence(recipient.issuer.der, subject.der),
      recipient,
      contentEncryption: cipher ?? 'aes-128-cbc',
      keyTransport,
      password: this.options.challenge,
    })
  }
}
