import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { DEFAULT_LIMITS, type ReadLimits } from '../der/read.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, octets, oidValue, smallInteger } from '../der/value.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { CONTENT_TYPE, contentOf } from './content-info.ts'
import { identifies, type SignerIdentifier } from './signer-identifier.ts'
import { parseSignerInfo, type SignerInfo } from './signer-info.ts'

/** SignedData (RFC 5652 §5.1) as it was received. */
export interface SignedData {
  readonly version: number
  readonly digestAlgorithms: readonly AlgorithmIdentifier[]
  readonly eContentType: string
  readonly eContent: Buffer | undefined
  /** Plain certificates only; attribute certificates and other formats are passed over. */
  readonly certificates: readonly Element[]
  readonly crls: readonly Element[]
  readonly signerInfos: readonly SignerInfo[]
}

/** More of either than a message of ours ever needs costs a reader time and helps only who floods. */
const MOST_CERTIFICATES = 16
const MOST_SIGNERS = 16

const CERTIFICATES = contextTag(0, true)
const CRLS = contextTag(1, true)

/** Reads a whole ContentInfo with SignedData, BER or DER. @throws {Asn1Error} */
export function parseSignedData(bytes: Buffer | Element, limits: ReadLimits = DEFAULT_LIMITS): SignedData {
  const data = contentOf(bytes, CONTENT_TYPE.signedData, limits)
  const encapsulated = expectTag(data.children[2], TAG.sequence, 'encapContentInfo')
  const certificates = bag(data, CERTIFICATES).filter((e) => e.tag === TAG.sequence)
  const signers = expectTag(data.children.at(-1), TAG.set, 'signerInfos').children
  if (data.children.length < 4) throw new Asn1Error('signerInfos is missing')
  if (certificates.length > MOST_CERTIFICATES) throw new Asn1Error(`more than ${MOST_CERTIFICATES} certificates`)
  if (signers.length > MOST_SIGNERS) throw new Asn1Error(`more than ${MOST_SIGNERS} signers`)
  return {
    version: smallInteger(data.children[0], 'SignedData version'),
    digestAlgorithms: expectTag(data.children[1], TAG.set, 'digestAlgorithms').children.map((e) =>
      parseAlgorithmIdentifier(e, 'digestAlgorithm'),
    ),
    eContentType: oidValue(child(encapsulated, 0, 'eContentType'), 'eContentType'),
    eContent: content(encapsulated),
    certificates,
    crls: bag(data, CRLS).filter((e) => e.tag === TAG.sequence),
    signerInfos: signers.map(parseSignerInfo),
  }
}

/** The certificates of a message that its signer identifier can mean; two may bear the same issuer and serial. */
export function findSignerCertificates({ certificates }: SignedData, sid: SignerIdentifier): Certificate[] {
  return certificates.map((e) => parseCertificate(e)).filter((certificate) => identifies(sid, certificate))
}

function bag(data: Element, tag: number): readonly Element[] {
  return data.children.slice(3, -1).find((e) => e.tag === tag)?.children ?? []
}

/** Value octets of the content, segments joined; what is hashed is that, without tags and lengths (RFC 5652 §5.4). */
function content(encapsulated: Element): Buffer | undefined {
  const wrapped = encapsulated.children[1]
  if (wrapped === undefined) return undefined
  return octets(expectTag(wrapped, contextTag(0, true), 'eContent').children[0], 'eContent')
}
