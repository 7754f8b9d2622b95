/**
 * Makes requests off the clock, a process of its own: `node bench/generate.ts ORDER.json`.
 * A few keys serve for many devices, because making an RSA key takes longer than a hundred enrolments; every message
 * has its own subject, transactionID, content key and nonce, so that each one is a new enrolment to the server.
 */
import { createPrivateKey, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { buildCertificationRequest, nameFromText, parseCertificate, softwareSigningKey } from '@chancery/pki'
import { sealRequest, selfSignedSigner } from '@chancery/scep'
import { httpPost } from './http-post.ts'
import { writeMessages } from './message-file.ts'

export interface GenerateOrder {
  readonly count: number
  /** Makes the subjects of this order differ from those of others. */
  readonly label: string
  readonly challenge: string
  /** PEM, PKCS#8. */
  readonly keys: readonly string[]
  /** Base64 of the RA certificate's DER. */
  readonly recipient: string
  /** Request target of the POST. */
  readonly path: string
  readonly host: string
  readonly file: string
}

/** What is needed to read the answer to a request. */
export interface Sent {
  readonly transactionId: string
  /** Hex. */
  readonly senderNonce: string
  /** Index into the keys of the order. */
  readonly key: number
}

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as GenerateOrder
const recipient = parseCertificate(Buffer.from(order.recipient, 'base64'))
const now = new Date()
const devices = await Promise.all(
  order.keys.map(async (pem) => {
    const key = softwareSigningKey(createPrivateKey(pem))
    return { key, certificate: await selfSignedSigner(nameFromText('CN=bench'), key, now) }
  }),
)

const requests: Buffer[] = []
const sent: Sent[] = []
for (let index = 0; index < order.count; index++) {
  const device = devices[index % devices.length]
  if (device === undefined) throw new Error('no keys in the order')
  const csr = await buildCertificationRequest({
    subject: nameFromText(`CN=${order.label}-${index},O=Bench`),
    key: device.key,
    challengePassword: order.challenge,
  })
  const { message, transactionId, senderNonce } = await sealRequest({
    messageType: 'PKCSReq',
    csr,
    nonce: randomBytes(16),
    signer: device,
    recipient,
    digest: 'sha256',
    contentEncryption: 'aes-128-cbc',
  })
  requests.push(httpPost(order, message))
  sent.push({ transactionId, senderNonce: senderNonce.toString('hex'), key: index % devices.length })
}
writeMessages(order.file, requests)
writeFileSync(`${order.file}.sent.json`, JSON.stringify(sent))
