import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { DEFAULT_LIMITS, type ReadLimits } from '../der/read.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, octets, oidValue, smallInteger } from '../der/value.ts'
import { CONTENT_TYPE, contentOf } from './content-info.ts'
import { parseSignerIdentifier, type SignerIdentifier } from './signer-identifier.ts'

/** EnvelopedData (RFC 5652 §6.1) as it was received. Its version is not believed: structure decides. */
export interface EnvelopedData {
  readonly version: number
  readonly recipientInfos: readonly RecipientInfo[]
  readonly contentType: string
  readonly contentEncryption: AlgorithmIdentifier
  readonly encryptedContent: Buffer | undefined
}

/** The kinds of RecipientInfo; those outside SCEP are known so that a refusal can name them. */
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

const MOST_RECIPIENTS = 16

/** Reads a whole ContentInfo with EnvelopedData, BER or DER. @throws {Asn1Error} */
export function parseEnvelopedData(bytes: Buffer | Element, limits: ReadLimits = DEFAULT_LIMITS): EnvelopedData {
  const data = contentOf(bytes, CONTENT_TYPE.envelopedData, limits)
  const at = data.children[1]?.tag === contextTag(0, true) ? 2 : 1 // originatorInfo is passed over
  const recipients = expectTag(data.children[at], TAG.set, 'recipientInfos').children
  if (recipients.length > MOST_RECIPIENTS) throw new Asn1Error(`more than ${MOST_RECIPIENTS} recipients`)
  const content = expectTag(data.children[at + 1], TAG.sequence, 'encryptedContentInfo')
  const encrypted = content.children[2]
  return {
    version: smallInteger(data.children[0], 'EnvelopedData version'),
    recipientInfos: recipients.map(parseRecipientInfo),
    contentType: oidValue(content.children[0], 'contentType'),
    contentEncryption: parseAlgorithmIdentifier(child(content, 1, 'contentEncryption'), 'contentEncryption'),
    encryptedContent: encrypted && octets(encrypted, 'encryptedContent', contextTag(0, false)),
  }
}

function parseRecipientInfo(e: Element): RecipientInfo {
  switch (e.tag) {
    case TAG.sequence:
      return {
        kind: 'keyTransport',
        rid: parseSignerIdentifier(e.children[1], 'recipient identifier'),
        keyEncryption: parseAlgorithmIdentifier(child(e, 2, 'keyEncryption'), 'keyEncryption'),
        encryptedKey: octets(e.children[3], 'encryptedKey'),
      }
    case contextTag(1, true):
      return { kind: 'keyAgreement' }
    case contextTag(2, true):
      return { kind: 'kek' }
    case contextTag(3, true):
      return parsePasswordRecipientInfo(e)
    case contextTag(4, true):
      return { kind: 'other' }
    default:
      throw new Asn1Error(`RecipientInfo has tag ${e.tag}`)
  }
}

function parsePasswordRecipientInfo(e: Element): PasswordRecipientInfo {
  const derivation = e.children[1]?.tag === contextTag(0, true) ? e.children[1] : undefined
  const at = derivation === undefined ? 1 : 2
  return {
    kind: 'password',
    ...(derivation === undefined ? {} : { keyDerivation: keyDerivation(derivation) }),
    keyEncryption: parseAlgorithmIdentifier(child(e, at, 'keyEncryption'), 'keyEncryption'),
    encryptedKey: octets(e.children[at + 1], 'encryptedKey'),
  }
}

/** [0] IMPLICIT AlgorithmIdentifier. */
function keyDerivation(e: Element): AlgorithmIdentifier {
  return { oid: oidValue(e.children[0], 'keyDerivation'), parameters: e.children[1], der: e.bytes }
}
