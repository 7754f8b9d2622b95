import {
  buildCertificationRequest,
  type Certificate,
  type Name,
  parseCertificate,
  parseSignedData,
} from '@chancery/pki'
import { openReplyContent } from '../client/open-envelope.ts'
import type { Secret } from '../secret.ts'
import type { Identity } from './identity.ts'
import type { Asked } from './server.ts'

/** Also single DES: what a server answers in is a finding of its own. */
const CIPHERS = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc', 'des-cbc'] as const

export function request(
  { key, subject }: Identity,
  challenge: Secret | undefined,
  name: Name = subject,
): Promise<Buffer> {
  return buildCertificationRequest({
    subject: name,
    key,
    ...(challenge === undefined ? {} : { challengePassword: challenge.reveal() }),
  })
}

/** The certificates of a SUCCESS, as they stand in it, and in which cipher they came. */
export interface Delivered {
  readonly certificates: readonly Certificate[]
  /** The whole SignedData around them. */
  readonly content: Buffer
}

/** @throws when they cannot be read */
export async function delivered({ reply }: Asked, { decryption }: Pick<Identity, 'decryption'>): Promise<Delivered> {
  const content = await openReplyContent(reply?.message.signedData.eContent, { decryption }, CIPHERS)
  return { content, certificates: parseSignedData(content).certificates.map((one) => parseCertificate(one)) }
}

/** The one for a key. */
export function forKey({ certificates }: Delivered, { key }: Pick<Identity, 'key'>): Certificate | undefined {
  const digest = key.publicKey.digest()
  return certificates.find(({ publicKey }) => publicKey.digest().equals(digest))
}
