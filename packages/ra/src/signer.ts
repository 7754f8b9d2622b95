import type { Certificate } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import type { CertificateInventory, InventoryEntry } from './ports.ts'
import type { TransactionKind } from './transaction.ts'

/** Who signed the message, as far as telling transactions apart needs it. It proves possession of a key, never a name. */
export interface Signer {
  readonly kind: TransactionKind
  /** Of the key, for a self-signed certificate; of the whole certificate, for one of ours. */
  readonly digest: Buffer
  /** The certificate of ours that signed: such a message asks for its renewal, whatever its messageType (S-2.3-15). */
  readonly renews: RenewedCertificate | undefined
}

/** A certificate of the inventory that a device shows to get the next one. */
export interface RenewedCertificate {
  readonly certificate: Certificate
  readonly entry: InventoryEntry
}

interface MessageSigner {
  readonly certificate: Certificate
  readonly selfSigned: boolean
}

/**
 * @throws {ScepError} `signer_refused` for a revoked one; `bad_envelope` for a certificate of somebody else, because
 * whoever has a CA of his own could otherwise ask about captured envelopes and be told which ones open (design, rule 13)
 */
export async function recogniseSigner(signer: MessageSigner, inventory: CertificateInventory): Promise<Signer> {
  const found = await findSigner(signer, inventory)
  if (found === undefined)
    throw new ScepError('bad_envelope', { detail: 'signed with a certificate that was not issued here' })
  return found
}

/**
 * A self-signed certificate is known by its key: clients make a new one for each attempt. A certificate of ours is
 * looked up byte for byte, so that a look-alike with its issuer and serial is not taken for it.
 * @returns undefined for a certificate of somebody else
 * @throws {ScepError} `signer_refused` for a revoked one
 */
export async function findSigner(
  { certificate, selfSigned }: MessageSigner,
  inventory: CertificateInventory,
): Promise<Signer | undefined> {
  if (selfSigned) return { kind: 'initial', digest: certificate.publicKey.digest(), renews: undefined }
  const digest = certificate.digest()
  const entry = await inventory.findByDigest(digest)
  if (entry === undefined) return undefined
  if (entry.state === 'revoked') throw new ScepError('signer_refused', { detail: 'signed with a revoked certificate' })
  return { kind: 'renewal', digest, renews: { certificate, entry } }
}
