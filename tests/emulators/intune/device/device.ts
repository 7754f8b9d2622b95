import { randomBytes } from 'node:crypto'
import { nameFromText, type PublicKeyInfo } from '@chancery/pki'
import {
  keyTransactionId,
  openReply,
  type Reply,
  ScepClient,
  type SealedRequest,
  sealRequest,
  selectRecipient,
  selfSignedSigner,
  type TransactionId,
} from '@chancery/scep'
import { certificationRequest, type Pushed } from './certification-request.ts'
import { type DeviceKey, newDeviceKey } from './keys.ts'

export interface DeviceOptions {
  /**
   * `ordinary`: the message is signed with the key of the request. `windows`: with another one, made for this attempt
   * only, under a certificate that says nothing of the device.
   */
  readonly shape?: 'ordinary' | 'windows'
  readonly keyTransport?: 'pkcs1' | 'oaep'
  readonly method?: 'POST' | 'GET'
  /** New RSA keys of 2048 bits where left out. */
  readonly key?: DeviceKey
  readonly signerKey?: DeviceKey
  /** Digest of the key if left out, the same for every attempt. */
  readonly transactionId?: string
  /** DER of extensions that Intune did not ask for. */
  readonly extensions?: readonly Buffer[]
  readonly messageType?: 'PKCSReq' | 'RenewalReq'
  readonly contentEncryption?: 'aes-128-cbc' | 'aes-256-cbc' | 'des-ede3-cbc'
  /** In the place of `fetch`, such as one that adds a User-Agent. */
  readonly fetch?: typeof fetch
}

/** A managed device that has received its SCEP profile. */
export interface IntuneDevice {
  /** PKCS#10, DER. */
  readonly csr: Buffer
  readonly csrKey: PublicKeyInfo
  readonly transactionId: TransactionId
  /** Makes the message for the server at a SCEP URL, to be sent as often as one likes. */
  seal(url: string): Promise<SealedRequest>
  /** @throws {ScepError} `transport_failed` with the HTTP status in its detail when there is no pkiMessage */
  send(url: string, sealed: SealedRequest): Promise<Reply>
  /** Both. */
  enrol(url: string): Promise<Reply>
}

const WINDOWS_SIGNER = 'CN=SCEP Protocol Certificate'
const OAEP = { scheme: 'rsa-oaep', hash: 'sha1', mgfHash: 'sha1' } as const
const PKCS1 = { scheme: 'rsa-pkcs1' } as const

/** A device with what was pushed to it: a record of the emulator (`challenge()`), or any subset of one. */
export async function newIntuneDevice(pushed: Pushed, options: DeviceOptions = {}): Promise<IntuneDevice> {
  const { shape = 'ordinary', method = 'POST', fetch: http = fetch } = options
  const key = options.key ?? (await newDeviceKey())
  const csr = await certificationRequest(pushed, key.signing, options.extensions)
  const signerKey = shape === 'windows' ? (options.signerKey ?? (await newDeviceKey())) : key
  const signerName = nameFromText(shape === 'windows' ? WINDOWS_SIGNER : (pushed.subject ?? ''))
  const certificate = await selfSignedSigner(signerName, signerKey.signing, new Date())
  const transactionId = (options.transactionId ?? keyTransactionId(key.signing.publicKey)) as TransactionId
  const clientOf = (url: string) => new ScepClient({ url, fetch: http })
  const device: IntuneDevice = {
    csr,
    csrKey: key.signing.publicKey,
    transactionId,
    async seal(url) {
      return sealRequest({
        messageType: options.messageType ?? 'PKCSReq',
        csr,
        transactionId,
        nonce: randomBytes(16),
        signer: { certificate, key: signerKey.signing },
        recipient: selectRecipient(await clientOf(url).getCaCertificates()),
        digest: 'sha256',
        contentEncryption: options.contentEncryption ?? 'aes-256-cbc',
        keyTransport: options.keyTransport === 'oaep' ? OAEP : PKCS1,
      })
    },
    async send(url, sealed) {
      const client = clientOf(url)
      const trusted = await client.getCaCertificates()
      const bytes = await client.pkiOperation(sealed.message, method === 'POST')
      const expected = { transactionId, senderNonce: sealed.senderNonce, trusted, issuers: trusted }
      return openReply(bytes, { ...expected, decryption: signerKey.decryption, csrKey: key.signing.publicKey })
    },
    async enrol(url) {
      return device.send(url, await device.seal(url))
    },
  }
  return device
}
