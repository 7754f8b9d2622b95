import { randomBytes } from 'node:crypto'
import { contentKeyOfLength, decryptContent, openPasswordRecipient } from '@chancery/pki'
import type { Secret } from '../secret.ts'
import type { KeyTransportEnvelope, PasswordEnvelope, RequestEnvelope } from './envelope.ts'
import { MOST_CANDIDATES, MOST_ROUNDS, type PasswordSource } from './password-source.ts'

/** What an envelope held, or that it did not open; why is for the administrator only. */
export interface OpenedEnvelope {
  readonly content: Buffer | undefined
  /** With which it opened. */
  readonly password: Secret | undefined
  /** Why it did not open, if it did not. */
  readonly fault: string
}

/**
 * Anybody can sign a captured envelope anew with a certificate of his own, so no step in here may show whether it
 * succeeded (S-7-01, S-7-02; design, rule 13): whatever is wrong, the caller goes on with nothing.
 * @throws only for faults of ours, such as a key store that does not answer
 */
export function openEnvelope(
  envelope: RequestEnvelope,
  passwords: PasswordSource | undefined,
): Promise<OpenedEnvelope> {
  return envelope.kind === 'keyTransport' ? openWithKey(envelope) : openWithPassword(envelope, passwords)
}

async function openWithKey(envelope: KeyTransportEnvelope): Promise<OpenedEnvelope> {
  const contentKey = contentKeyOfLength(await decryptKey(envelope), envelope.keyBytes)
  return {
    content: decryptContent(envelope.envelope, contentKey),
    password: undefined,
    fault: envelope.addressed ? 'decryption failed' : 'not encrypted to a key of this endpoint',
  }
}

/**
 * The content key, or something that is not it. Where the ciphertext does not fit the key, a random one that does is
 * decrypted in its place. Decryption of a fitting one never fails (implicit rejection), so an error is a fault of ours,
 * such as a key store that does not answer, and goes up.
 */
async function decryptKey({ ra, keyTransport, encryptedKey }: KeyTransportEnvelope): Promise<Buffer | undefined> {
  const { modulus } = ra.certificate.publicKey
  if (modulus === undefined) throw new TypeError(`the key ${ra.id} cannot decrypt: it is not an RSA key`)
  const fits = encryptedKey.length === modulus.length && Buffer.compare(encryptedKey, modulus) < 0
  const key = await ra.decryption.decrypt(fits ? encryptedKey : randomCiphertext(modulus.length), keyTransport)
  return fits ? key : undefined
}

function randomCiphertext(length: number): Buffer {
  const octets = randomBytes(length)
  octets[0] = 0 // below any modulus of this length
  return octets
}

/** The first of a bounded number of challenges that opens it (S-3.1-P10). */
async function openWithPassword(
  { envelope, keyBytes, recipient, iterations }: PasswordEnvelope,
  passwords: PasswordSource | undefined,
): Promise<OpenedEnvelope> {
  const known = (await passwords?.candidates()) ?? []
  const tried = known.slice(0, Math.min(MOST_CANDIDATES, Math.floor(MOST_ROUNDS / iterations)))
  for (const password of tried) {
    const derive = () => openPasswordRecipient(recipient, password.reveal())
    const key = await passwords?.turn(derive)
    const content = decryptContent(envelope, contentKeyOfLength(key, keyBytes))
    // A random key in the place of one that did not unwrap leaves padding that looks right once in 256 times.
    if (key !== undefined && content !== undefined) return { content, password, fault: '' }
  }
  const fault = `none of ${tried.length} challenges opens it (${known.length} known, ${iterations} rounds each)`
  return { content: undefined, password: undefined, fault }
}
