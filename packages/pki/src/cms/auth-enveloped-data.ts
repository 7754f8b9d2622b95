import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { expectTag, octets, oidValue } from '../der/value.ts'
import { setOf } from '../der/write.ts'
import { CONTENT_TYPE, readContentInfo, readVersion } from './content-info.ts'
import { type EnvelopedData, parseEncryptedContentInfo } from './enveloped-data.ts'
import { atMost, CMS_LIMITS, type CmsLimits } from './limits.ts'
import { parseRecipientInfo } from './recipient-info.ts'

/** Whether a ContentInfo says that it holds AuthEnvelopedData. */
export function isAuthEnvelopedData({ children: [type] }: Element): boolean {
  return type?.tag === TAG.oid && oidValue(type, 'contentType') === CONTENT_TYPE.authEnvelopedData
}

/**
 * Reads a whole ContentInfo with AuthEnvelopedData (RFC 5083 §2.1) as an envelope whose content is authenticated.
 * originatorInfo and unauthAttrs are not read.
 * @throws {Asn1Error} here and never later
 */
export function parseAuthEnvelopedData(bytes: Buffer | Element, limits: Partial<CmsLimits> = {}): EnvelopedData {
  const allowed = { ...CMS_LIMITS, ...limits }
  const { children } = readContentInfo(bytes, 'authEnvelopedData', allowed)
  const at = children[1]?.tag === ORIGINATOR_INFO ? 2 : 1
  const recipientInfos = expectTag(children[at], TAG.set, 'recipientInfos')
  const attributes = children[at + 2]?.tag === AUTHENTICATED_ATTRIBUTES ? children[at + 2] : undefined
  const macAt = attributes === undefined ? at + 2 : at + 3
  const rest = children.slice(macAt + 1)
  if (rest.length > 1 || rest.some(({ tag }) => tag !== UNAUTHENTICATED_ATTRIBUTES)) {
    throw new Asn1Error('AuthEnvelopedData has parts too many')
  }
  return {
    version: readVersion(children[0], 'AuthEnvelopedData version'),
    recipientInfos: atMost(allowed.recipientInfos, recipientInfos, 'RecipientInfos').map(parseRecipientInfo),
    ...parseEncryptedContentInfo(children[at + 1]),
    authentication: {
      mac: octets(children[macAt], 'mac'),
      // Authenticated under the tag of a SET and in the order of DER, however they were sent (RFC 5083 §2.2).
      attributes: attributes && setOf(attributes.children.map((attribute) => attribute.bytes)),
    },
  }
}

const ORIGINATOR_INFO = contextTag(0, true)
const AUTHENTICATED_ATTRIBUTES = contextTag(1, true)
const UNAUTHENTICATED_ATTRIBUTES = contextTag(2, true)
