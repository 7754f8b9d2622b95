import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Certificate, publicKeyInfoOf, serialToHex, softwareDecryptionKey } from '@chancery/pki'
import { openReply, type TransactionId } from '@chancery/scep'
import type { Sent } from './generate.ts'
import { readMessages } from './message-file.ts'
import type { Workload } from './workload.ts'

/** What the answers to a workload hold, read after the clock was stopped. */
export interface Answers {
  readonly serials: readonly string[]
  /** Answers that are not a certificate for the key that asked, signed by a trusted RA. */
  readonly failures: number
}

/** Opens every answer (or the first `sample`) as the device would. */
export async function readAnswers(
  { file, keys }: Workload,
  replyFile: string,
  caCertificates: readonly Certificate[],
  sample = Number.POSITIVE_INFINITY,
): Promise<Answers> {
  const sent = JSON.parse(readFileSync(`${file}.sent.json`, 'utf8')) as Sent[]
  const devices = keys.map((pem) => {
    const key = createPrivateKey(pem)
    return { decryption: softwareDecryptionKey(key), publicKey: publicKeyInfoOf(createPublicKey(key)) }
  })
  const serials: string[] = []
  let failures = 0
  for (const [index, reply] of readMessages(replyFile).slice(0, sample).entries()) {
    const { transactionId, senderNonce, key } = sent[index] as Sent
    const { decryption, publicKey } = devices[key] as (typeof devices)[number]
    try {
      const opened = await openReply(reply, {
        transactionId: transactionId as TransactionId,
        senderNonce: Buffer.from(senderNonce, 'hex'),
        trusted: caCertificates,
        issuers: caCertificates,
        decryption,
        csrKey: publicKey,
      })
      if (opened.status === 'SUCCESS') serials.push(serialToHex(opened.certificate.serialNumber))
      else failures++
    } catch {
      failures++
    }
  }
  return { serials, failures }
}
