import { buildAttribute } from '../attribute.ts'
import { sequence } from '../der/write.ts'
import { type Extension, parseExtensions } from '../x509/extension.ts'
import type { CertificationRequest } from './request.ts'

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'

/** Attributes that carry Extensions: PKCS#9, and what draft-nourse-scep (VeriSign) and Microsoft used before it. */
const EXTENSION_ATTRIBUTES: ReadonlySet<string> = new Set([
  EXTENSION_REQUEST,
  '2.16.840.1.113733.1.9.8',
  '1.3.6.1.4.1.311.2.1.14',
])

/** Everything asked for, in its order, duplicates included; what is granted is policy. @throws {Asn1Error} when malformed */
export function requestedExtensions(csr: CertificationRequest): Extension[] {
  return csr.attributes
    .filter(({ oid }) => EXTENSION_ATTRIBUTES.has(oid))
    .flatMap(({ values }) => values)
    .flatMap(parseExtensions)
}

export function buildExtensionRequest(extensions: readonly Buffer[]): Buffer {
  return buildAttribute(EXTENSION_REQUEST, sequence(...extensions))
}
