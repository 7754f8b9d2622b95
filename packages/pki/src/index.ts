export {
  AUTHENTICATED_ENCRYPTIONS,
  type AuthenticatedEncryption,
  type AuthenticatedEncryptionName,
  authenticatedEncryptionByName,
  authenticatedEncryptionByOid,
} from './algorithm/authenticated-encryption.ts'
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
  signatureOid,
  signatureSchemeOf,
} from './algorithm/signature.ts'
export { type Attribute, buildAttribute, parseAttribute } from './attribute.ts'
export { isAuthEnvelopedData, parseAuthEnvelopedData } from './cms/auth-enveloped-data.ts'
export { buildEnvelopedData, type NewEnvelopedData } from './cms/build-enveloped-data.ts'
export { buildSignedData, type NewSignedData } from './cms/build-signed-data.ts'
export { certsOnly } from './cms/certs-only.ts'
export { CONTENT_TYPE } from './cms/content-info.ts'
export { contentKeyOfLength } from './cms/content-key.ts'
export { decryptContent } from './cms/decrypt-content.ts'
export { type EnvelopedData, parseEnvelopedData } from './cms/enveloped-data.ts'
export { findSignerCertificates } from './cms/find-signer-certificates.ts'
export { buildGcmEnvelopedData, type NewGcmEnvelopedData } from './cms/gcm/build-enveloped-data.ts'
export { keyTransportOf } from './cms/key-transport.ts'
export { CMS_LIMITS, type CmsLimits } from './cms/limits.ts'
export {
  buildPasswordEnvelopedData,
  type NewPasswordEnvelopedData,
} from './cms/password/build-password-enveloped-data.ts'
export {
  DEFAULT_PASSWORD_LIMITS,
  type PasswordEncryption,
  type PasswordLimits,
  passwordEncryptionOf,
} from './cms/password/encryption.ts'
export { openPasswordRecipient } from './cms/password/open-password-recipient.ts'
export type { PrfDigest } from './cms/password/prf.ts'
export type { KeyTransportRecipientInfo, PasswordRecipientInfo, RecipientInfo } from './cms/recipient-info.ts'
export { parseSignedData, type SignedData } from './cms/signed-data.ts'
export { identifies, issuerAndSerialNumber, type SignerIdentifier, sameInteger } from './cms/signer-identifier.ts'
export type { SignerInfo } from './cms/signer-info.ts'
export { verifyMessageDigest, verifySignerInfo } from './cms/verify.ts'
export { buildTbsCrl, type NewCrl, type NewRevokedEntry } from './crl/build.ts'
export { type Crl, crlNumber, parseCrl, type RevokedEntry, revocationReason, verifyCrl } from './crl/crl.ts'
export { baseCrlNumber, buildDeltaCrlIndicator } from './crl/delta-crl-indicator.ts'
export { buildIssuingDistributionPoint, issuingDistributionPoint } from './crl/issuing-distribution-point.ts'
export { Asn1Error } from './der/asn1-error.ts'
export { Element } from './der/element.ts'
export { DEFAULT_LIMITS, type ReadLimits, readElement, readFirst } from './der/read.ts'
export { CONSTRUCTED, contextTag, TAG } from './der/tag.ts'
export * as value from './der/value.ts'
export * as der from './der/write.ts'
export { encryptToKey } from './key/encrypt.ts'
export type { DecryptionKey, SigningKey } from './key/port.ts'
export { type KeyType, type PublicKeyInfo, parsePublicKeyInfo, publicKeyInfoOf } from './key/public-key-info.ts'
export { softwareDecryptionKey, softwareSigningKey } from './key/software.ts'
export { verifySignature } from './key/verify.ts'
export {
  ATTRIBUTE_TYPES,
  type AttributeType,
  attributeTypeByKeyword,
  attributeTypeByOid,
  type NameString,
} from './name/attribute-type.ts'
export { buildName, type NewAttribute, nameOfEncoded } from './name/build.ts'
export { sameName } from './name/compare.ts'
export { nameFromText } from './name/from-text.ts'
export { type AttributeTypeAndValue, type Name, parseName } from './name/name.ts'
export { nameToText } from './name/to-text.ts'
export {
  assembleOcspResponse,
  buildResponseData,
  type NewCertStatus,
  type NewResponseData,
  type NewSingleResponse,
} from './ocsp/build-response.ts'
export { buildCertId, type CertId, type IssuerHashes, issuerHashes, keyHash } from './ocsp/cert-id.ts'
export { ocspNonce } from './ocsp/nonce.ts'
export {
  buildOcspRequest,
  OCSP_REQUEST_LIMITS,
  type OcspLimits,
  type OcspRequest,
  parseOcspRequest,
} from './ocsp/request.ts'
export {
  type BasicOcspResponse,
  type CertStatus,
  type OcspResponse,
  parseOcspResponse,
  type SingleResponse,
  verifyBasicOcspResponse,
} from './ocsp/response.ts'
export { buildOcspError, OCSP_STATUS, type OcspStatus } from './ocsp/status.ts'
export { decodePem, encodePem } from './pem/pem.ts'
export { buildCertificationRequest, type NewRequest } from './pkcs10/build.ts'
export { challengePasswords } from './pkcs10/challenge-password.ts'
export {
  type CertificationRequest,
  certificationRequestSignatureDigest,
  parseCertificationRequest,
  verifyCertificationRequest,
} from './pkcs10/request.ts'
export { requestedExtensions } from './pkcs10/requested-extensions.ts'
export { PKCS12_LIMITS, type Pkcs12Limits, type Pkcs12Options } from './pkcs12/limits.ts'
export { openEncryptedPrivateKey, openPkcs12, type Pkcs12 } from './pkcs12/open.ts'
export { PkiError, type PkiErrorCode } from './pki-error.ts'
export { serialToHex, shortestSerial } from './serial.ts'
export { buildTbsCertificate, type NewCertificate } from './x509/build.ts'
export { type Certificate, parseCertificate } from './x509/certificate.ts'
export { buildAuthorityInfoAccess } from './x509/extension/authority-info-access.ts'
export { type BasicConstraints, basicConstraints, buildBasicConstraints } from './x509/extension/basic-constraints.ts'
export { buildCertificatePolicies } from './x509/extension/certificate-policies.ts'
export { buildCrlDistributionPoints, crlDistributionPoints } from './x509/extension/crl-distribution-points.ts'
export { buildExtendedKeyUsage, extendedKeyUsage } from './x509/extension/extended-key-usage.ts'
export { buildFreshestCrl, freshestCrl } from './x509/extension/freshest-crl.ts'
export {
  authorityKeyIdentifier,
  buildAuthorityKeyIdentifier,
  buildSubjectKeyIdentifier,
  subjectKeyIdentifier,
} from './x509/extension/key-identifier.ts'
export { buildKeyUsage, KEY_USAGES, type KeyUsageName, keyUsage } from './x509/extension/key-usage.ts'
export { buildSubjectAltName, subjectAltNames } from './x509/extension/subject-alt-name.ts'
export { buildExtension, type Extension, findExtension, parseExtensions } from './x509/extension.ts'
export { EXTENSION_OID } from './x509/extension-oid.ts'
export { buildGeneralNames } from './x509/general-name/encode.ts'
export { type GeneralName, USER_PRINCIPAL_NAME } from './x509/general-name/general-name.ts'
export { ipFromText } from './x509/general-name/ip-address.ts'
export { parseGeneralNames } from './x509/general-name/parse.ts'
export { generalNameFromText, generalNameToText } from './x509/general-name/text.ts'
export { publicKeyOf } from './x509/public-key-of.ts'
export { assembleSigned } from './x509/signed.ts'
export { isSelfSigned, verifyCertificate } from './x509/verify.ts'
