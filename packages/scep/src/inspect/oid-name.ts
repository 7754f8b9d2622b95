import {
  ATTRIBUTE_TYPES,
  AUTHENTICATED_ENCRYPTIONS,
  CONTENT_ENCRYPTIONS,
  CONTENT_TYPE,
  CURVES,
  DIGESTS,
  EXTENSION_OID,
  UNSUPPORTED_CONTENT_ENCRYPTIONS,
} from '@chancery/pki'
import { ATTRIBUTE } from '../attribute.ts'

/** `sha256 (2.16.840.1.101.3.4.2.1)`, or the numbers alone. */
export function oidLabel(oid: string): string {
  const name = oidName(oid)
  return name === undefined ? oid : `${name} (${oid})`
}

/** The word of the standards for an object identifier. */
export function oidName(oid: string): string | undefined {
  return NAMES.get(oid)
}

/** What the tables of ours do not name; the names are those of the documents that assign them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'rsaEncryption',
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.7': 'RSAES-OAEP',
  '1.2.840.113549.1.1.8': 'MGF1',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  '1.3.14.3.2.29': 'sha1WithRSASignature',
  '1.2.840.10045.2.1': 'id-ecPublicKey',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.110': 'X25519',
  '1.3.101.112': 'Ed25519',
  '1.2.840.10040.4.1': 'id-dsa',
  '1.2.840.113549.1.5.12': 'PBKDF2',
  '1.2.840.113549.1.9.16.3.9': 'id-alg-PWRI-KEK',
  '1.2.840.113549.2.7': 'hmacWithSHA1',
  '1.2.840.113549.2.9': 'hmacWithSHA256',
  '1.2.840.113549.2.10': 'hmacWithSHA384',
  '1.2.840.113549.2.11': 'hmacWithSHA512',
  '1.2.840.113549.1.7.5': 'digestedData',
  '1.2.840.113549.1.7.6': 'encryptedData',
  '1.2.840.113549.1.9.16.1.23': 'authEnvelopedData',
  '1.2.840.113549.1.9.4': 'messageDigest',
  '1.2.840.113549.1.9.7': 'challengePassword',
  '1.2.840.113549.1.9.14': 'extensionRequest',
  '1.2.840.113549.1.9.15': 'smimeCapabilities',
  '1.2.840.113549.1.9.25.3': 'randomNonce',
  '1.2.840.113549.1.9.52': 'CMSAlgorithmProtection',
  '2.16.840.1.113733.1.9.8': 'extensionReq of draft-nourse-scep',
  '1.3.6.1.4.1.311.2.1.14': 'extension request of Microsoft',
  '1.3.6.1.4.1.311.13.2.2': 'enrolmentCSP of Microsoft',
  '1.3.6.1.4.1.311.13.2.3': 'OS version of Microsoft',
  '1.3.6.1.4.1.311.21.20': 'client information of Microsoft',
  '1.3.6.1.4.1.311.20.2': 'certificate template name of Microsoft',
  '1.3.6.1.4.1.311.21.7': 'certificate template of Microsoft',
  '1.3.6.1.4.1.311.21.1': 'CA version of Microsoft',
  '1.3.6.1.4.1.311.21.33': 'request status of Microsoft',
  '1.3.6.1.4.1.311.21.38': 'signed attribute of NDES',
  '1.3.6.1.4.1.311.25.2': 'security identifier of Microsoft',
  '2.5.29.9': 'subjectDirectoryAttributes',
  '2.5.29.16': 'privateKeyUsagePeriod',
  '2.5.29.18': 'issuerAltName',
  '2.5.29.30': 'nameConstraints',
  '2.5.29.32': 'certificatePolicies',
  '2.5.29.36': 'policyConstraints',
  '2.5.29.54': 'inhibitAnyPolicy',
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '1.3.6.1.5.5.7.3.17': 'ipsecIKE',
  '1.3.6.1.5.5.7.3.28': 'cmcRA',
  '1.3.6.1.5.5.8.2.2': 'iKEIntermediate',
  '1.3.6.1.4.1.311.20.2.1': 'certificate request agent of Microsoft',
  '1.3.6.1.4.1.311.20.2.2': 'smartcardLogon',
  '1.3.6.1.5.5.7.48.1': 'ocsp',
  '1.3.6.1.5.5.7.48.2': 'caIssuers',
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(CONTENT_TYPE).map(([name, oid]): [string, string] => [oid, name === 'data' ? 'id-data' : name]),
  ...Object.entries(EXTENSION_OID).map(([name, oid]): [string, string] => [oid, name]),
  ...Object.entries(ATTRIBUTE).map(([name, oid]): [string, string] => [oid, attributeWord(name)]),
  ...[
    ...DIGESTS,
    ...CONTENT_ENCRYPTIONS,
    ...AUTHENTICATED_ENCRYPTIONS,
    ...UNSUPPORTED_CONTENT_ENCRYPTIONS,
    ...CURVES,
  ].map(({ name, oid }): [string, string] => [oid, name]),
  ...ATTRIBUTE_TYPES.map(({ keyword, oid }): [string, string] => [oid, keyword]),
  ...Object.entries(ELSEWHERE),
])

/** RFC 8894 writes transactionID. */
export function attributeWord(name: string): string {
  return name === 'transactionId' ? 'transactionID' : name
}
