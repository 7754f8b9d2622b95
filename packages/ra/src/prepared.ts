import {
  assembleSigned,
  type Certificate,
  generalNameToText,
  nameToText,
  parseCertificate,
  readElement,
  subjectAltNames,
  value,
} from '@chancery/pki'
import type { PreparedCertificate } from './ports.ts'

/** The TBSCertificate as a certificate that nobody has signed. */
export function unsignedCertificate(tbs: Buffer): Certificate {
  return parseCertificate(assembleSigned(tbs, signatureAlgorithm(tbs), Buffer.alloc(0)))
}

/** Reads back from a recorded TBSCertificate what was prepared, for signing it after a crash. */
export function prepared(ordered: {
  readonly issuerId: number
  readonly serialNumber: Buffer
  readonly tbs: Buffer
  readonly shard?: number
}): PreparedCertificate {
  const { issuerId, serialNumber, tbs, shard } = ordered
  const unsigned = unsignedCertificate(tbs)
  return {
    issuerId,
    serialNumber,
    tbs,
    subject: nameToText(unsigned.subject),
    subjectAltNames: subjectAltNames(unsigned).map(generalNameToText),
    notBefore: unsigned.notBefore,
    notAfter: unsigned.notAfter,
    ...(shard === undefined ? {} : { shard }),
  }
}

/** TBSCertificate ::= SEQUENCE { [0] version, serialNumber, signature, … } (RFC 5280 §4.1): ours are version 3. */
function signatureAlgorithm(tbs: Buffer): Buffer {
  return value.child(readElement(tbs), 2, 'signature algorithm').bytes
}
