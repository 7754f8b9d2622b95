import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, octets, oidValue } from '../der/value.ts'
import { readContentInfo, readVersion } from './content-info.ts'
import { atMost, CMS_LIMITS, type CmsLimits } from './limits.ts'
import { parseRecipientInfo, type RecipientInfo } from './recipient-info.ts'

/** EnvelopedData (RFC 5652 §6.1). originatorInfo and unprotectedAttrs are not read (S-3.2.2-04). */
export interface EnvelopedData {
  readonly version: number
  readonly recipientInfos: readonly RecipientInfo[]
  /** What the content is said to be once decrypted. */
  readonly contentType: string
  readonly contentEncryption: AlgorithmIdentifier
  /** Joined where it came in segments (C-BER-03, C-BER-04). */
  readonly encryptedContent: Buffer | undefined
  /** Of an AuthEnvelopedData, where it does not stand behind the encrypted content. */
  readonly authentication?: Authentication
}

/** What authenticates a content that was encrypted with it (RFC 5083 §2.1). */
export interface Authentication {
  readonly mac: Buffer
  /** DER of the authenticated attributes as a SET OF; undefined when there are none. */
  readonly attributes: Buffer | undefined
}

/**
 * Reads a whole ContentInfo with EnvelopedData, BER or DER.
 * @throws {Asn1Error} here and never later
 */
export function parseEnvelopedData(bytes: Buffer | Element, limits: Partial<CmsLimits> = {}): EnvelopedData {
  const allowed = { ...CMS_LIMITS, ...limits }
  const { children } = readContentInfo(bytes, 'envelopedData', allowed)
  const at = children[1]?.tag === ORIGINATOR_INFO ? 2 : 1
  const recipientInfos = expectTag(children[at], TAG.set, 'recipientInfos')
  const rest = children.slice(at + 2)
  if (rest.length > 1 || rest.some(({ tag }) => tag !== UNPROTECTED_ATTRIBUTES)) {
    throw new Asn1Error('EnvelopedData has parts too many')
  }
  return {
    version: readVersion(children[0], 'EnvelopedData version'),
    recipientInfos: atMost(allowed.recipientInfos, recipientInfos, 'RecipientInfos').map(parseRecipientInfo),
    ...parseEncryptedContentInfo(children[at + 1]),
  }
}

/** EncryptedContentInfo (RFC 5652 §6.1). */
export function parseEncryptedContentInfo(
  e: Element | undefined,
): Pick<EnvelopedData, 'contentType' | 'contentEncryption' | 'encryptedContent'> {
  const info = expectTag(e, TAG.sequence, 'encryptedContentInfo')
  const encrypted = info.children[2]
  if (info.children.length > 3) throw new Asn1Error('encryptedContentInfo has parts too many')
  return {
    contentType: oidValue(info.children[0], 'contentType'),
    contentEncryption: parseAlgorithmIdentifier(child(info, 1, 'content encryption'), 'content encryption'),
    encryptedContent: encrypted && octets(encrypted, 'encryptedContent', ENCRYPTED_CONTENT),
  }
}

const ORIGINATOR_INFO = contextTag(0, true)
const UNPROTECTED_ATTRIBUTES = contextTag(1, true)
const ENCRYPTED_CONTENT = contextTag(0, false)
