import * as pki from '@chancery/pki'
import { prepared } from '../../packages/ra/src/prepared.ts'
import { CA, certificateOf } from './parties.ts'
import { fullTbs, PASSWORD } from './samples.ts'
import { holds, type Target, without } from './target.ts'

const caKey = certificateOf(CA).publicKey

/** Certificates, requests, CRLs, keys and names: the extensions too, which are read on demand and may refuse then. */
export const X509_TARGETS: Readonly<Record<string, Target>> = {
  certificate: {
    samples: ({ certificates }) => certificates,
    read(bytes) {
      const certificate = pki.parseCertificate(bytes)
      without(() => {
        useName(certificate.subject)
        pki.sameName(certificate.subject, certificate.issuer)
        pki.serialToHex(certificate.serialNumber)
        certificate.digest()
        useKey(certificate.publicKey)
        const key = pki.publicKeyOf(Buffer.from(bytes))
        holds(key.der.equals(certificate.publicKey.der), 'the key alone is that of the certificate')
        pki.isSelfSigned(certificate)
        pki.verifyCertificate(certificate, caKey)
      })
      for (const read of EXTENSION_READERS) refusable(() => read(certificate))
    },
  },
  certificationRequest: {
    samples: ({ certificationRequests }) => certificationRequests,
    read(bytes) {
      const csr = pki.parseCertificationRequest(bytes)
      without(() => {
        useName(csr.subject)
        useKey(csr.publicKey)
        pki.certificationRequestSignatureDigest(csr)
        pki.verifyCertificationRequest(csr)
      })
      refusable(() => pki.challengePasswords(csr))
      refusable(() => {
        const extensions = pki.requestedExtensions(csr)
        for (const read of EXTENSION_READERS) refusable(() => read({ extensions }))
        for (const extension of extensions) refusable(() => pki.subjectAltNames(extension).map(useGeneralName))
      })
    },
  },
  crl: {
    samples: ({ crls }) => crls,
    read(bytes) {
      const crl = pki.parseCrl(bytes)
      without(() => pki.verifyCrl(crl, caKey))
      refusable(() => pki.crlNumber(crl))
      refusable(() => pki.baseCrlNumber(crl))
      refusable(() => pki.issuingDistributionPoint(crl))
      refusable(() => pki.freshestCrl(crl))
      for (const entry of crl.revoked) refusable(() => pki.revocationReason(entry))
    },
  },
  ocspRequest: {
    samples: ({ ocspRequests }) => ocspRequests,
    read(bytes) {
      const { certIds, nonce } = pki.parseOcspRequest(bytes)
      holds(certIds.length > 0 && certIds.length <= pki.OCSP_REQUEST_LIMITS.requests, 'there is one, and not too many')
      holds(nonce === undefined || (nonce.length > 0 && nonce.length <= 32), 'a nonce has 1 to 32 octets')
      const known = certIds.flatMap((certId) =>
        certId.digest === undefined ? [] : [{ ...certId, digest: certId.digest }],
      )
      const again = without(() => pki.buildOcspRequest({ certIds: known, ...(nonce && { nonce }) }))
      if (known.length === certIds.length) {
        holds(pki.parseOcspRequest(again).certIds.length === certIds.length, 'written again it asks the same')
      }
    },
  },
  ocspResponse: {
    samples: ({ ocspResponses }) => ocspResponses,
    read(bytes) {
      const response = pki.parseOcspResponse(bytes)
      if (response.status !== 'successful') return
      without(() => pki.verifyBasicOcspResponse(response.basic, caKey))
      refusable(() => pki.ocspNonce(response.basic))
    },
  },
  publicKey: {
    samples: ({ publicKeys }) => publicKeys,
    read(bytes) {
      useKey(pki.parsePublicKeyInfo(bytes))
    },
  },
  name: {
    samples: ({ names }) => names,
    read: (bytes) => useName(pki.parseName(pki.readElement(bytes))),
  },
  generalNames: {
    samples: ({ generalNames }) => generalNames,
    read: (bytes) => pki.parseGeneralNames(pki.readElement(bytes)).map(useGeneralName),
  },
  hashParameters: {
    samples: ({ hashParameters }) => hashParameters,
    read: (bytes) => pki.parseHashParameters(pki.readElement(bytes), 'parameters'),
  },
  pkcs12: {
    samples: ({ pkcs12 }) => pkcs12.slice(0, -1),
    share: 0.5,
    async read(bytes) {
      const { privateKeys, certificates } = await pki.openPkcs12(bytes, PASSWORD, { limits: PKCS12 })
      holds(privateKeys.length + certificates.length <= PKCS12.bags, 'there are no more of them than bags')
    },
  },
  encryptedPrivateKey: {
    samples: ({ pkcs12 }) => pkcs12.slice(-1),
    share: 0.5,
    read: (bytes) => pki.openEncryptedPrivateKey(bytes, PASSWORD, { limits: PKCS12 }),
  },
  /** What the store recorded before a crash; a spoilt store must not end the process. */
  recordedCertificate: {
    samples: () => [fullTbs()],
    read: (tbs) => prepared({ issuerId: 1, serialNumber: Buffer.from([1]), tbs }),
  },
}

/** What a case may derive: more would only take longer. */
const PKCS12: pki.Pkcs12Limits = { ...pki.PKCS12_LIMITS, iterations: 1000 }

const EXTENSION_READERS: readonly ((from: { readonly extensions: readonly pki.Extension[] }) => unknown)[] = [
  pki.keyUsage,
  pki.extendedKeyUsage,
  pki.basicConstraints,
  pki.subjectKeyIdentifier,
  pki.authorityKeyIdentifier,
  pki.crlDistributionPoints,
  pki.freshestCrl,
  (from) => pki.subjectAltNames(from).map(useGeneralName),
]

/** Goes on after a refusal: the next reader is another decoder. */
function refusable(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof pki.Asn1Error || error instanceof pki.PkiError)) throw error
  }
}

/** Written as text and read again it is the same name. */
function useName(name: pki.Name): void {
  const text = pki.nameToText(name)
  if (name.rdns.every((rdn) => rdn.length > 0) && name.der.length < 4096) {
    holds(pki.sameName(pki.nameFromText(text), name), `the name read from ${JSON.stringify(text)} is the same`)
  }
}

function useGeneralName(name: pki.GeneralName): void {
  pki.generalNameToText(name)
}

function useKey(key: pki.PublicKeyInfo): void {
  holds((key.modulusBits === undefined) === (key.publicExponent === undefined), 'a modulus has an exponent')
  key.digest()
  refusable(() => key.keyObject())
}
