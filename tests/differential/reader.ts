import { X509Certificate } from 'node:crypto'
import * as pki from '@chancery/pki'
import { ContentInfo, EnvelopedData, SignedData } from '@peculiar/asn1-cms'
import { AsnConvert } from '@peculiar/asn1-schema'
import { CertificateList } from '@peculiar/asn1-x509'
import forge from 'node-forge'
import * as pkijs from 'pkijs'

export type Structure = 'signedData' | 'envelopedData' | 'certificate' | 'certificationRequest' | 'crl'
type Reads = Readonly<Partial<Record<Structure, (bytes: Buffer) => unknown>>>

/** Who reads what: ours, and libraries that share no code with it and little with each other. */
const READERS: Readonly<Record<string, Reads>> = {
  ours: {
    // The certificates too, which are read on demand: the libraries read them at once.
    signedData: (bytes) => pki.parseSignedData(bytes).certificates.map((one) => pki.parseCertificate(one)),
    envelopedData: (bytes) => pki.parseEnvelopedData(bytes),
    certificate: (bytes) => pki.parseCertificate(bytes),
    certificationRequest: (bytes) => pki.parseCertificationRequest(bytes),
    crl: (bytes) => pki.parseCrl(bytes),
  },
  'PKI.js': {
    signedData: (bytes) => new pkijs.SignedData({ schema: pkijs.ContentInfo.fromBER(arrayOf(bytes)).content }),
    envelopedData: (bytes) => new pkijs.EnvelopedData({ schema: pkijs.ContentInfo.fromBER(arrayOf(bytes)).content }),
    certificate: (bytes) => pkijs.Certificate.fromBER(arrayOf(bytes)),
    certificationRequest: (bytes) => pkijs.CertificationRequest.fromBER(arrayOf(bytes)),
    crl: (bytes) => pkijs.CertificateRevocationList.fromBER(arrayOf(bytes)),
  },
  'node-forge': {
    signedData: (bytes) => forge.pkcs7.messageFromAsn1(forge.asn1.fromDer(bytes.toString('latin1'))),
    envelopedData: (bytes) => forge.pkcs7.messageFromAsn1(forge.asn1.fromDer(bytes.toString('latin1'))),
    certificate: (bytes) => forge.pki.certificateFromAsn1(forge.asn1.fromDer(bytes.toString('latin1'))),
    certificationRequest: (bytes) =>
      forge.pki.certificationRequestFromAsn1(forge.asn1.fromDer(bytes.toString('latin1'))),
  },
  'asn1-cms': {
    signedData: (bytes) => AsnConvert.parse(AsnConvert.parse(bytes, ContentInfo).content, SignedData),
    envelopedData: (bytes) => AsnConvert.parse(AsnConvert.parse(bytes, ContentInfo).content, EnvelopedData),
    crl: (bytes) => AsnConvert.parse(bytes, CertificateList),
  },
  'node:crypto': {
    certificate: (bytes) => new X509Certificate(bytes),
  },
}

function arrayOf(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

export interface Verdict {
  readonly reads: boolean
  /** Why not. */
  readonly why?: string
}

export const LIBRARIES = Object.keys(READERS).filter((name) => name !== 'ours')

/** Undefined for a structure that this reader does not know. */
export function read(reader: string, structure: Structure, bytes: Buffer): Verdict | undefined {
  const decode = READERS[reader]?.[structure]
  if (decode === undefined) return undefined
  try {
    decode(bytes)
    return { reads: true }
  } catch (error) {
    return { reads: false, why: error instanceof Error ? error.message : String(error) }
  }
}
