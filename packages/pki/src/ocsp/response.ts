import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { DEFAULT_LIMITS, type ReadLimits, readElement } from '../der/read.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { bitStringOctets, child, expectTag, octets, oidValue, smallInteger, timeValue } from '../der/value.ts'
import type { PublicKeyInfo } from '../key/public-key-info.ts'
import { type Name, parseName } from '../name/name.ts'
import { PkiError } from '../pki-error.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { type Extension, parseExtensions } from '../x509/extension.ts'
import { verifySigned } from '../x509/verify.ts'
import { type CertId, parseCertId } from './cert-id.ts'
import { OCSP_OID } from './oid.ts'
import { ENUMERATED, OCSP_STATUS, type OcspStatus } from './status.ts'

export type OcspResponse =
  | { readonly status: 'successful'; readonly basic: BasicOcspResponse }
  | { readonly status: Exclude<OcspStatus, 'successful'> }

export interface BasicOcspResponse {
  /** What the signature covers, as received. */
  readonly tbs: Buffer
  readonly responder: { readonly name: Name } | { readonly keyHash: Buffer }
  readonly producedAt: Date
  readonly responses: readonly SingleResponse[]
  readonly extensions: readonly Extension[]
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Buffer
  readonly certificates: readonly Certificate[]
}

export interface SingleResponse {
  readonly certId: CertId
  readonly certStatus: CertStatus
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  readonly extensions: readonly Extension[]
}

export type CertStatus =
  | { readonly status: 'good' }
  | { readonly status: 'unknown' }
  | { readonly status: 'revoked'; readonly at: Date; readonly reason: number | undefined }

/**
 * OCSPResponse (RFC 6960 §4.2.1). Nothing about it is trusted: whether the responder may speak for the issuer is for the
 * caller to say.
 * @throws {Asn1Error} when malformed; @throws {PkiError} when it is of a kind that we do not know
 */
export function parseOcspResponse(bytes: Buffer, limits: ReadLimits = DEFAULT_LIMITS): OcspResponse {
  const e = expectTag(readElement(bytes, limits), TAG.sequence, 'OCSPResponse')
  const status = statusOf(expectTag(e.children[0], ENUMERATED, 'responseStatus').content)
  if (status !== 'successful') return { status }
  const responseBytes = expectTag(
    child(expectTag(e.children[1], contextTag(0, true), 'responseBytes'), 0, 'responseBytes'),
    TAG.sequence,
    'responseBytes',
  )
  const type = oidValue(responseBytes.children[0], 'responseType')
  if (type !== OCSP_OID.basic) throw new PkiError('ERR_PKI_UNSUPPORTED', `response of type ${type}`)
  return { status, basic: parseBasic(readElement(octets(responseBytes.children[1], 'response'), limits)) }
}

/** Whether this key signed it; whose key that is has to be known from elsewhere. */
export function verifyBasicOcspResponse(response: BasicOcspResponse, key: PublicKeyInfo): boolean {
  return verifySigned(response.tbs, response.signatureAlgorithm, response.signature, key)
}

const STATUS_NAMES = new Map(Object.entries(OCSP_STATUS).map(([name, number]) => [number, name as OcspStatus]))

function statusOf(content: Buffer): OcspStatus {
  const status = content.length === 1 ? STATUS_NAMES.get(content[0] as never) : undefined
  if (status === undefined) throw new PkiError('ERR_PKI_UNSUPPORTED', 'responseStatus is not one of RFC 6960')
  return status
}

function parseBasic(e: Element): BasicOcspResponse {
  expectTag(e, TAG.sequence, 'BasicOCSPResponse')
  const tbs = expectTag(e.children[0], TAG.sequence, 'tbsResponseData')
  const fields = [...tbs.children]
  if (fields[0]?.tag === contextTag(0, true) && smallInteger(fields.shift()?.children[0], 'version') !== 0) {
    throw new PkiError('ERR_PKI_UNSUPPORTED', 'OCSP has version 1 only')
  }
  const [responder, producedAt, responses, tagged, ...more] = fields
  if (more.length > 0) throw new Asn1Error('tbsResponseData has parts too many')
  const certificates = e.children[3] && expectTag(e.children[3], contextTag(0, true), 'certs')
  return {
    tbs: tbs.bytes,
    responder: responderOf(responder),
    producedAt: timeValue(producedAt, 'producedAt'),
    responses: expectTag(responses, TAG.sequence, 'responses').children.map(parseSingle),
    extensions: extensionsIn(tagged),
    signatureAlgorithm: parseAlgorithmIdentifier(child(e, 1, 'signature algorithm'), 'signature algorithm'),
    signature: bitStringOctets(e.children[2], 'signature'),
    certificates:
      certificates === undefined
        ? []
        : expectTag(certificates.children[0], TAG.sequence, 'certs').children.map((one) => parseCertificate(one)),
  }
}

function responderOf(e: Element | undefined): BasicOcspResponse['responder'] {
  if (e?.tag === contextTag(1, true)) return { name: parseName(child(e, 0, 'responder name')) }
  const byKey = expectTag(e, contextTag(2, true), 'responderID')
  return { keyHash: octets(byKey.children[0], 'responder key hash') }
}

function parseSingle(e: Element): SingleResponse {
  const [certId, status, thisUpdate, ...rest] = expectTag(e, TAG.sequence, 'SingleResponse').children
  const next = rest[0]?.tag === contextTag(0, true) ? rest.shift() : undefined
  const tagged = rest.shift()
  if (certId === undefined || rest.length > 0) throw new Asn1Error('SingleResponse has parts too few or too many')
  return {
    certId: parseCertId(certId),
    certStatus: certStatusOf(status),
    thisUpdate: timeValue(thisUpdate, 'thisUpdate'),
    nextUpdate: next && timeValue(next.children[0], 'nextUpdate'),
    extensions: extensionsIn(tagged),
  }
}

function certStatusOf(e: Element | undefined): CertStatus {
  if (e?.tag === contextTag(0, false)) return { status: 'good' }
  if (e?.tag === contextTag(2, false)) return { status: 'unknown' }
  const revoked = expectTag(e, contextTag(1, true), 'certStatus')
  const reason = revoked.children[1] && expectTag(revoked.children[1], contextTag(0, true), 'revocationReason')
  return {
    status: 'revoked',
    at: timeValue(revoked.children[0], 'revocationTime'),
    reason: reason && expectTag(reason.children[0], ENUMERATED, 'revocationReason').content[0],
  }
}

function extensionsIn(tagged: Element | undefined): readonly Extension[] {
  if (tagged === undefined) return []
  return parseExtensions(child(expectTag(tagged, contextTag(1, true), 'extensions'), 0, 'extensions'))
}
