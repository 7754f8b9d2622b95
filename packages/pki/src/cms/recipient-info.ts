import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, integerBytes, octets, oidValue } from '../der/value.ts'
import { parseSignerIdentifier, type SignerIdentifier } from './signer-identifier.ts'

/** RecipientInfo (RFC 5652 §6.2): the two kinds of SCEP, and the others by name. */
export type RecipientInfo =
  | KeyTransportRecipientInfo
  | PasswordRecipientInfo
  | { readonly kind: 'keyAgreement' | 'kek' | 'other' }

export interface KeyTransportRecipientInfo {
  readonly kind: 'keyTransport'
  readonly rid: SignerIdentifier
  readonly keyEncryption: AlgorithmIdentifier
  readonly encryptedKey: Buffer
}

export interface PasswordRecipientInfo {
  readonly kind: 'password'
  readonly keyDerivation?: AlgorithmIdentifier
  readonly keyEncryption: AlgorithmIdentifier
  readonly encryptedKey: Buffer
}

export function parseRecipientInfo(e: Element): RecipientInfo {
  switch (e.tag) {
    case TAG.sequence:
      return parseKeyTransport(e)
    case contextTag(1, true):
      return { kind: 'keyAgreement' }
    case contextTag(2, true):
      return { kind: 'kek' }
    case contextTag(3, true):
      return parsePassword(e)
    default:
      return { kind: 'other' }
  }
}

function parseKeyTransport(e: Element): RecipientInfo {
  integerBytes(e.children[0], 'recipient version')
  if (e.children.length > 4) throw new Asn1Error('KeyTransRecipientInfo has parts too many')
  return {
    kind: 'keyTransport',
    rid: parseSignerIdentifier(child(e, 1, 'rid'), 'rid'),
    keyEncryption: parseAlgorithmIdentifier(child(e, 2, 'key encryption'), 'key encryption'),
    encryptedKey: octets(e.children[3], 'encryptedKey'),
  }
}

function parsePassword(e: Element): RecipientInfo {
  integerBytes(e.children[0], 'recipient version')
  const derivation = e.children[1]?.tag === KEY_DERIVATION ? e.children[1] : undefined
  const at = derivation === undefined ? 1 : 2
  if (e.children.length > at + 2) throw new Asn1Error('PasswordRecipientInfo has parts too many')
  return {
    kind: 'password',
    ...(derivation && { keyDerivation: untagged(derivation) }),
    keyEncryption: parseAlgorithmIdentifier(child(e, at, 'key encryption'), 'key encryption'),
    encryptedKey: octets(e.children[at + 1], 'encryptedKey'),
  }
}

/** AlgorithmIdentifier under an IMPLICIT tag. */
function untagged(e: Element): AlgorithmIdentifier {
  if (e.children.length > 2) throw new Asn1Error('key derivation has parts too many')
  const der = Buffer.from(e.bytes)
  der[0] = TAG.sequence
  return { oid: oidValue(child(e, 0, 'key derivation'), 'key derivation'), parameters: e.children[1], der }
}

const KEY_DERIVATION = contextTag(0, true)
