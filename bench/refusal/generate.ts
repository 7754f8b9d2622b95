/**
 * Makes requests that are refused, off the clock, a process of its own: `node bench/refusal/generate.ts ORDER.json`.
 * Classes follow each other in an order by chance, so that whatever else the machine does meets all of them alike.
 */
import { createPrivateKey, randomBytes, randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { buildCertificationRequest, nameFromText, parseCertificate, softwareSigningKey } from '@chancery/pki'
import { selfSignedSigner } from '@chancery/scep'
import { assembleEnvelope, signMessage } from '../../tests/hand-made.ts'
import { REFUSED_ENVELOPES } from '../../tests/refused-envelope.ts'
import { httpPost } from '../http-post.ts'
import { writeMessages } from '../message-file.ts'
import { envelopeOf, type RefusalClass } from './class.ts'

export interface RefusalOrder {
  /** Of each class. */
  readonly count: number
  readonly classes: readonly RefusalClass[]
  /** PEM, PKCS#8: the device's, and the one of whoever else. */
  readonly keys: readonly [string, string]
  /** Base64 of the RA certificate's DER. */
  readonly recipient: string
  readonly path: string
  readonly host: string
  readonly file: string
}

/** One request, by its place in the file. */
export interface SentRefusal {
  readonly class: RefusalClass
  readonly transactionId: string
}

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as RefusalOrder
const now = new Date()
const [privateKey, strangerKey] = order.keys.map((pem) => createPrivateKey(pem)) as [
  ReturnType<typeof createPrivateKey>,
  ReturnType<typeof createPrivateKey>,
]
const key = softwareSigningKey(privateKey)
const certificate = await selfSignedSigner(nameFromText('CN=bench'), key, now)
const material = {
  csr: await buildCertificationRequest({ subject: nameFromText('CN=bench'), key, challengePassword: 'any' }),
  recipient: parseCertificate(Buffer.from(order.recipient, 'base64')),
  stranger: await selfSignedSigner(nameFromText('CN=other'), softwareSigningKey(strangerKey), now),
}

const sent = shuffled(order.classes.flatMap((name) => Array.from({ length: order.count }, () => name))).map(
  (name): SentRefusal => ({ class: name, transactionId: randomBytes(16).toString('hex') }),
)
const requests = sent.map(({ class: name, transactionId }) => {
  const envelope = assembleEnvelope(REFUSED_ENVELOPES[envelopeOf(name)](material))
  const attributes = { transactionId, senderNonce: randomBytes(16) }
  return httpPost(order, signMessage(envelope, { certificate, privateKey }, attributes))
})
writeMessages(order.file, requests)
writeFileSync(`${order.file}.sent.json`, JSON.stringify(sent))

/** Fisher and Yates. */
function shuffled<T>(items: T[]): T[] {
  for (let left = items.length; left > 1; left--) {
    const other = randomInt(left)
    const [a, b] = [items[left - 1] as T, items[other] as T]
    items[left - 1] = b
    items[other] = a
  }
  return items
}
