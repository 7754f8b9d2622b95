export {
  CONTENT_ENCRYPTIONS,
  type ContentEncryption,
  type ContentEncryptionName,
  contentEncryptionByName,
  contentEncryptionByOid,
  contentEncryptionLabel,
  UNSUPPORTED_CONTENT_ENCRYPTIONS,
} from './algorithm/content-encryption.ts'
export { DIGESTS, type Digest, type DigestName, digestByName, digestByOid } from './algorithm/digest.ts'
export { buildHashParameters, type HashParameters, parseHashParameters } from './algorithm/hash-parameters.ts'
export {
  type AlgorithmIdentifier,
  hasNoParameters,
  identifierAbsent,
  identifierNull,
  parseAlgorithmIdentifier,
} from './algorithm/identifier.ts'
export { CURVES, type Curve } from './algorithm/key-algorithm.ts'
export { KEY_TRANSPORTS, type KeyTransport } from './algorithm/key-transport.ts'
export {
  SIGNATURES,
  type SignatureScheme,
  signatureAlgorithmIdentifier,
  signatureDigest,
  signatureSchemeOf,
} from './algorithm/signature.ts'
export { type Attribute, buildAttribute, parseAttribute } from './attribute.ts'
export { Asn1Error } from './der/asn1-error.ts'
export { Element } from './der/element.ts'
export { DEFAULT_LIMITS, type ReadLimits, readElement, readFirst } from './der/read.ts'
export { CONSTRUCTED, contextTag, TAG } from './der/tag.ts'
export * as value from './der/value.ts'
export * as der from './der/write.ts'
export type { DecryptionKey, SigningKey } from './key/port.ts'
export { type KeyType, type PublicKeyInfo, parsePublicKeyInfo, publicKeyInfoOf } from './key/public-key-info.ts'
export { verifySignature } from './key/verify.ts'
export { sameName } from './name/compare.ts'
export { type AttributeTypeAndValue, type Name, parseName } from './name/name.ts'
export { PkiError, type PkiErrorCode } from './pki-error.ts'
export { type Certificate, parseCertificate } from './x509/certificate.ts'
export { buildExtension, type Extension, findExtension, parseExtensions } from './x509/extension.ts'
