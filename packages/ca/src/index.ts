export { CaError, type CaErrorCode } from './ca-error.ts'
export { type Chain, chainAbove } from './chain.ts'
export { buildCrl, type CrlOrder, type RevokedCertificate } from './crl.ts'
export { whyNeverCopied } from './foreign-extension.ts'
export { generateKey, KEY_KINDS, type KeyKind, keyKindOf } from './generate-key.ts'
export type { Issuer } from './issuer.ts'
export { keyUsageFor } from './key-usage.ts'
export {
  type OcspAnswerOrder,
  type OcspSigner,
  ocspSigner,
  signOcspAnswer,
} from './ocsp-answer.ts'
export { ocspSignerName } from './ocsp-signer-name.ts'
export { type CaCandidate, type Preflight, preflight } from './preflight.ts'
export { type CertificateOrder, prepare } from './prepare.ts'
export type { PreparedCertificate } from './prepared-certificate.ts'
export { ANY_POLICY, ANY_PURPOSE, PURPOSES } from './purpose.ts'
export { caRequest, type RootOrder, selfSignedRoot } from './root.ts'
export { newSerialNumber } from './serial-number.ts'
export { sign, signTbs } from './sign.ts'
export {
  type CertificateTemplate,
  DEVICE_TEMPLATE,
  type EndEntityKeyUsage,
  OCSP_SIGNER_TEMPLATE,
  RA_CERTIFICATE_TEMPLATE,
  type TemplateExtension,
} from './template.ts'
