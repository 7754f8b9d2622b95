import type { MessageSigner } from '@chancery/scep'
import type { CertificateInventory, CertificateOfLine } from './ports.ts'

/** How many renewals lie between at most; a device that asks further back asks with a certificate in between. */
const LONGEST_LINE = 10

/**
 * Whether a certificate is the asker's own (S-2.6-01): he has its key, be it in a certificate that he made for himself,
 * or he has its successor or its predecessor. A revoked certificate speaks for nothing but its key.
 */
export async function isOwn(
  certificate: CertificateOfLine,
  signer: MessageSigner,
  inventory: CertificateInventory,
): Promise<boolean> {
  if (signer.certificate.publicKey.digest().equals(certificate.keyDigest)) return true
  if (signer.selfSigned) return false
  const entry = await inventory.findByDigest(signer.certificate.digest())
  if (entry === undefined || entry.state === 'revoked') return false
  const held = await inventory.findInLine(entry.uuid)
  if (held === undefined) return false
  return (await descends(held, certificate, inventory)) || descends(certificate, held, inventory)
}

/** Whether the younger one is a renewal of the older one, or a renewal of such a one. */
async function descends(
  younger: CertificateOfLine,
  older: CertificateOfLine,
  inventory: CertificateInventory,
): Promise<boolean> {
  let { predecessor } = younger
  for (let step = 0; predecessor !== null && step < LONGEST_LINE; step++) {
    if (predecessor === older.uuid) return true
    predecessor = (await inventory.findInLine(predecessor))?.predecessor ?? null
  }
  return false
}
