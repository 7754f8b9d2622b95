import type { DigestName } from '../algorithm/digest.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { type ReadLimits, readElement } from '../der/read.ts'
import { contextTag, TAG } from '../der/tag.ts'
import { child, expectTag, smallInteger } from '../der/value.ts'
import { explicit, sequence } from '../der/write.ts'
import { PkiError } from '../pki-error.ts'
import { type Extension, parseExtensions } from '../x509/extension.ts'
import { buildCertId, type CertId, parseCertId } from './cert-id.ts'
import { buildOcspNonce, ocspNonce } from './nonce.ts'
import { OCSP_OID } from './oid.ts'

export interface OcspLimits extends ReadLimits {
  /** Certificates asked about in one message. */
  readonly requests: number
}

/** Wide enough for a signed request with its certificates; most have less than 120 octets. */
export const OCSP_REQUEST_LIMITS: OcspLimits = { bytes: 16_384, depth: 16, elements: 1000, oidBytes: 64, requests: 16 }

export interface OcspRequest {
  /** At least one. */
  readonly certIds: readonly CertId[]
  readonly nonce: Buffer | undefined
}

/**
 * OCSPRequest (RFC 6960 §4.1.1). A signature on it is passed over: everybody may ask.
 * @throws {Asn1Error} malformed, or beyond the limits
 * @throws {PkiError} with a critical extension that we do not know, or a nonce of no allowed length
 */
export function parseOcspRequest(bytes: Buffer, limits: OcspLimits = OCSP_REQUEST_LIMITS): OcspRequest {
  const e = expectTag(readElement(bytes, limits), TAG.sequence, 'OCSPRequest')
  if (e.children.length > 2) throw new Asn1Error('OCSPRequest has parts too many')
  if (e.children[1] !== undefined) expectTag(e.children[1], SIGNATURE_TAG, 'optionalSignature')
  const fields = [...expectTag(e.children[0], TAG.sequence, 'tbsRequest').children]
  checkVersion(takeTagged(fields, VERSION_TAG))
  takeTagged(fields, REQUESTOR_TAG)
  const list = expectTag(fields.shift(), TAG.sequence, 'requestList')
  const extensions = extensionsIn(takeTagged(fields, EXTENSIONS_TAG))
  if (fields.length > 0) throw new Asn1Error('tbsRequest has parts too many, or out of order')
  if (list.children.length === 0) throw new Asn1Error('nothing is asked')
  if (list.children.length > limits.requests) throw new Asn1Error(`more than ${limits.requests} certificates`)
  return { certIds: list.children.map(parseSingle), nonce: ocspNonce({ extensions }) }
}

/** As a client asks. */
export function buildOcspRequest({
  certIds,
  nonce,
}: {
  readonly certIds: readonly (CertId & { readonly digest: DigestName })[]
  readonly nonce?: Uint8Array
}): Buffer {
  const list = sequence(...certIds.map((certId) => sequence(buildCertId(certId))))
  const extensions = nonce === undefined ? [] : [explicit(2, sequence(buildOcspNonce(nonce)))]
  return sequence(sequence(list, ...extensions))
}

function parseSingle(e: Element): CertId {
  const [certId, extensions, ...more] = expectTag(e, TAG.sequence, 'Request').children
  if (certId === undefined || more.length > 0) throw new Asn1Error('Request does not have one part or two')
  if (extensions !== undefined) extensionsIn(expectTag(extensions, SINGLE_EXTENSIONS_TAG, 'singleRequestExtensions'))
  return parseCertId(certId)
}

function takeTagged(fields: Element[], tag: number): Element | undefined {
  return fields[0]?.tag === tag ? fields.shift() : undefined
}

function checkVersion(field: Element | undefined): void {
  if (field !== undefined && smallInteger(field.children[0], 'version') !== 0) {
    throw new PkiError('ERR_PKI_UNSUPPORTED', 'OCSP has version 1 only')
  }
}

/** Those that are not known are passed over, unless they are critical (RFC 6960 §4.4). */
function extensionsIn(field: Element | undefined): readonly Extension[] {
  if (field === undefined) return []
  const extensions = parseExtensions(child(field, 0, 'extensions'))
  const unknown = extensions.find(({ oid, critical }) => critical && oid !== OCSP_OID.nonce)
  if (unknown !== undefined) throw new PkiError('ERR_PKI_UNSUPPORTED', `critical extension ${unknown.oid}`)
  return extensions
}

const SIGNATURE_TAG = contextTag(0, true)
const VERSION_TAG = contextTag(0, true)
const REQUESTOR_TAG = contextTag(1, true)
const EXTENSIONS_TAG = contextTag(2, true)
const SINGLE_EXTENSIONS_TAG = contextTag(0, true)
