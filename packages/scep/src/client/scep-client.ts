import { randomBytes } from 'node:crypto'
import type { Certificate, DecryptionKey, PublicKeyInfo, SigningKey } from '@chancery/pki'
import { ScepError } from '../scep-error.ts'
import type { TransactionId } from '../transaction-id.ts'
import { parseCaCertificates } from './ca-certificates.ts'
import { type Capabilities, parseCapabilities } from './capabilities.ts'
import type { ChosenAlgorithms } from './choose-algorithms.ts'
import { openReply, type Reply } from './open-reply.ts'
import { scepUrl } from './scep-url.ts'
import { sealRequest } from './seal-request.ts'
import { exchange, expectOk, type TransportOptions } from './transport.ts'

export interface ScepClientOptions extends TransportOptions {
  /** Of the server; without a path, `/cgi-bin/pkiclient.exe` is asked. */
  readonly url: string
}

export interface Enrolment {
  readonly messageType?: 'PKCSReq' | 'RenewalReq'
  /** PKCS#10, DER, and the key in it. */
  readonly csr: Buffer
  readonly csrKey: PublicKeyInfo
  /** Self-signed for a first enrolment (`selfSignedSigner`), the old certificate for a renewal. */
  readonly signer: { readonly certificate: Certificate; readonly key: SigningKey; readonly decryption: DecryptionKey }
  readonly transactionId?: TransactionId
  readonly recipient: Certificate
  /** Authenticated CA and RA certificates (`selectSigners`). */
  readonly trusted: readonly Certificate[]
  readonly issuers: readonly Certificate[]
  readonly algorithms: ChosenAlgorithms
  readonly allowSingleDes?: boolean
}

/** A SCEP client: the operations of RFC 8894 §4 over a `fetch` that is handed in. */
export class ScepClient {
  readonly #options: ScepClientOptions

  constructor(options: ScepClientOptions) {
    this.#options = options
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

  /** One request and its reply. The transactionId of a pending one is needed to ask again. */
  async enrol(enrolment: Enrolment): Promise<Reply & { readonly transactionId: TransactionId }> {
    const { algorithms, signer, messageType = 'PKCSReq' } = enrolment
    const { message, transactionId, senderNonce } = await sealRequest({
      ...enrolment,
      messageType,
      nonce: randomBytes(16),
      digest: algorithms.digest,
      contentEncryption: algorithms.contentEncryption,
    })
    const bytes = await this.pkiOperation(message, algorithms.post)
    const reply = await openReply(bytes, {
      ...enrolment,
      transactionId,
      senderNonce,
      decryption: signer.decryption,
      renews: signer.certificate,
    })
    return { ...reply, transactionId }
  }

  /** A message and the bytes that came back for it. */
  async pkiOperation(message: Buffer, post: boolean): Promise<Buffer> {
    const answer = post ? await this.#post(message) : await this.#get('PKIOperation', message)
    return expectOk(answer).body
  }

  #get(operation: 'GetCACaps' | 'GetCACert' | 'PKIOperation', message?: Buffer) {
    return exchange(scepUrl(this.#options.url, operation, message), { method: 'GET' }, this.#options)
  }

  #post(message: Buffer) {
    const headers = { 'content-type': 'application/x-pki-message' }
    const url = scepUrl(this.#options.url, 'PKIOperation')
    return exchange(url, { method: 'POST', headers, body: new Uint8Array(message) }, this.#options)
  }
}
