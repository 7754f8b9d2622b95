import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { CONSTRUCTED, contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, octets, oidValue } from '../der/value.ts'
import { CONTENT_TYPE, readContentInfo, readVersion } from './content-info.ts'
import { atMost, CMS_LIMITS, type CmsLimits } from './limits.ts'
import { parseSignerInfo, type SignerInfo } from './signer-info.ts'

/** SignedData (RFC 5652 §5.1) as values: nothing in it is verified. */
export interface SignedData {
  readonly version: number
  readonly digestAlgorithms: readonly AlgorithmIdentifier[]
  readonly eContentType: string
  /** The value octets, joined where they came in segments; undefined when there is none. */
  readonly eContent: Buffer | undefined
  /** X.509 certificates, to be parsed on demand; the other choices of CertificateSet are left out (C-ID-03). */
  readonly certificates: readonly Element[]
  readonly crls: readonly Element[]
  readonly signerInfos: readonly SignerInfo[]
}

/**
 * Reads a whole ContentInfo with SignedData, BER or DER, also PKCS #7 1.5 (RFC 2315 §9.1).
 * @throws {Asn1Error} here and never later
 */
export function parseSignedData(bytes: Buffer | Element, limits: Partial<CmsLimits> = {}): SignedData {
  const allowed = { ...CMS_LIMITS, ...limits }
  const signedData = readContentInfo(bytes, 'signedData', allowed)
  const { children } = signedData
  const digestAlgorithms = expectTag(children[1], TAG.set, 'digestAlgorithms')
  const { eContentType, eContent } = parseEncapsulated(child(signedData, 2, 'encapContentInfo'))
  let at = 3
  const certificates = children[at]?.tag === CERTIFICATES ? children[at++] : undefined
  const crls = children[at]?.tag === CRLS ? children[at++] : undefined
  const signerInfos = expectTag(children[at], TAG.set, 'signerInfos')
  if (children.length > at + 1) throw new Asn1Error('SignedData has parts too many')
  return {
    version: readVersion(children[0], 'SignedData version'),
    digestAlgorithms: atMost(allowed.signerInfos, digestAlgorithms, 'digest algorithms').map((id) =>
      parseAlgorithmIdentifier(id, 'digestAlgorithms'),
    ),
    eContentType,
    eContent,
    certificates: plain(certificates, allowed.certificates, 'certificates'),
    crls: plain(crls, allowed.crls, 'CRLs'),
    signerInfos: atMost(allowed.signerInfos, signerInfos, 'SignerInfos').map(parseSignerInfo),
  }
}

function parseEncapsulated(e: Element): Pick<SignedData, 'eContentType' | 'eContent'> {
  const { children } = expectTag(e, TAG.sequence, 'encapContentInfo')
  const eContentType = oidValue(children[0], 'eContentType')
  if (children.length > 2) throw new Asn1Error('encapContentInfo has parts too many')
  if (children[1] === undefined) return { eContentType, eContent: undefined }
  const [content, second] = expectTag(children[1], E_CONTENT, 'eContent').children
  if (second !== undefined) throw new Asn1Error('eContent has parts too many')
  return { eContentType, eContent: content && contentOctets(content, eContentType) }
}

/** PKCS #7 1.5 has content of other types without an OCTET STRING around it; signed is then its value (RFC 5652 §5.2.1). */
function contentOctets(content: Element, type: string): Buffer {
  const isOctetString = (content.tag & ~CONSTRUCTED) === TAG.octetString
  return isOctetString || type === CONTENT_TYPE.data ? octets(content, 'eContent') : content.content
}

/** Certificates and CRLs proper are untagged SEQUENCEs; every other choice has a tag (RFC 5652 §10.2.1, §10.2.2). */
function plain(set: Element | undefined, limit: number, what: string): readonly Element[] {
  if (set === undefined) return NONE
  return atMost(limit, set, what).filter(({ tag }) => tag === TAG.sequence)
}

const E_CONTENT = contextTag(0, true)
const CERTIFICATES = contextTag(0, true)
const CRLS = contextTag(1, true)
const NONE: readonly Element[] = []
