import { createPrivateKey, type KeyObject } from 'node:crypto'
import * as pki from '../../index.ts'

/**
 * Signers and recipients for tests. The keys are fixed, and known to everybody who reads this, so that a seeded run of
 * changes makes the same messages every time.
 */
export interface Identity {
  readonly privateKey: KeyObject
  readonly certificate: pki.Certificate
  readonly scheme: pki.SignatureScheme
  readonly digest: pki.DigestName
  readonly signing: pki.SigningKey
}

const RSA = `
  MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCtBI6NwF5u3sCEmGU59rgzw/WFDy8f//cQ6jUv1jsWGsg0EbV0NiBAPqQZLj
  8O2guZVlYmvosDsrlJ6z7iOGIdL+SsgneHxs1acvgv4bLQAHjNYzWdI+uBEsrmbWYt/jqIbvFLjLJicKkjO82p2Pbzf/Ntk6N0ReAQLd1dUJPo
  r2YyyBEa1Uf33D/56CZS0GDHBYsM9XMVielUX4obKDp39ppC4PvioY0EUmmtCXj78VkU014tsjAXFkTr/YksL/iITa00jvAPxPU+WL1WFBPRvL
  F4d3V7ooPn26yuKhCGWttMa8kFdrXw4yJU+t8Nl2zYnbZY6myjvtudgcWzFVF7AgMBAAECggEACP8J/oWNziFXofgJQ2ijDqYAzSi19ZRUn2oz
  gRztjj+u60OEdi9zoS41+s00dYGRmtPUv5z8E3bROu5izavK245S9e6uvROcN+NvKOYzwFcAm7ADPfwmfFv4IDUjW/7dF5z/1O19lQVwoKa1Ee
  t4eRQiby8pukZWg+DZTXHUJFlsV2AwKxZCnhVzBC65+DmbIkkQ1GL+mpiGhISpMw9tHyIFE7LvciMUDCG8qXZ7w7HSu/e3U1vEnDjTZN1LeNA/
  tMJPRVgWHOgHgQHaKyE0gIiOihHrU91OnX8cIuNuOcl8kWbV0KRQxmr4rHNmORyOhd3pXWr9e59j4B42cJM4KQKBgQDwoPX8m2ZlFGGXxX5GaI
  ygktiFwj6wYsovjv63iyg+UYkWg2RWArNfEjiZQBXbH9mJbdmX8AlZSkBB5Iy2lLy0eNu8Ft9IJJJp4GKk9Bzc+tg62ECVhi2POzwKymA5K1Sg
  GXs3j4YX3WOANhYzkqlXimLeSc709No98FzXdJayxwKBgQC4EfGRCK3JsirRJnwX785A+cn4/Mw4zM63kGbg9RIgXkjwLJEr0RD/ml8R0bU+/S
  dhPBB9duXEftlLzFDejaep9DLcIdDzsfEUd4bsKR5IHNqqqkv0e+640I3HwLZzUrtuMSgRsBOejASFpEjCri5+GQixfsqD+44I6pCK3rx3rQKB
  gA0EF+o/Ga3UCWdlRmxWkWzKJK4vkKaH4XnrGToia93bGTg/iTjh0oQM/0TC46vDsEevynpegJL04j7uNvJVX1O/ydsFvbQwTj8t5QgZMEp/wx
  yDwBKWfHZn9Np8kfHltyEl37VkrRMzZYN06YSGpWRX1vtBMNGtQPTiwJLi+pfXAoGATbFVMxBkujN3mxwRWNEhT4+fTnb1hCv+PMC4i88lPYBO
  bQGCrOnrsNdptU28oL+dtY7yruJWjR+1fCbbI3TLBhNKvFuRpKrAxRDGZDveyjVTnqGOubztwBhXH68Z04diEVqyPPUC8vLKndX/2BxJB3RtlO
  2dcSPmiaDoLZViG2kCgYBXoeXuOqrxzqfMnm9fEbpHTVjdT6P9Hg7+a7XvxKr0c+Hzgm9QaooeMc+PEVkMk688e84mPsn+cbC1T0WkL10Xow25
  lnVUHmbZVo9OdyrMkGZUp7y096PwvUf+kOVIvO+KVxcCsEGivQjZG+Gl9aKkH07bHSE9wIMI928TUplaeQ==
`
const P256 = `
  MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqLt0k0hX28vd12/KKRe8U9yCmcv2a/Kq4p5vwMIRr2ahRANCAASA4nxsLMtZ
  dtcso/N8Fa2GXefZgG2yCHvATDCosNHyhBUonlIkzf05HIDZf16CQePJgLqypAl57RDdv+JS6UPb
`
const ED25519 = `
  MC4CAQAwBQYDK2VwBCIEILNVzMvLfAJPAJYDv0K85QRk8DRzUUgdtlmy6i6ISpkV
`

const key = (base64: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' })

const KEYS = {
  rsa: { privateKey: key(RSA), scheme: { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }, digest: 'sha256' },
  ec: { privateKey: key(P256), scheme: { key: 'ec', digest: 'sha256' }, digest: 'sha256' },
  ed25519: { privateKey: key(ED25519), scheme: { key: 'ed25519' }, digest: 'sha512' },
} as const

export interface IdentityOptions {
  readonly subject?: string
  readonly issuer?: pki.Name
  /** Content octets of the INTEGER. */
  readonly serialNumber?: Buffer
}

export const KEY_IDENTIFIER = Buffer.from('000102030405060708090a0b0c0d0e0f10111213', 'hex')

/** Self-signed unless it is given another issuer's name, of which nobody checks anything here. */
export async function identity(kind: keyof typeof KEYS, options: IdentityOptions = {}): Promise<Identity> {
  const { privateKey, scheme, digest } = KEYS[kind]
  const signing = pki.softwareSigningKey(privateKey)
  const subject = pki.nameFromText(options.subject ?? `CN=${kind},O=Acme`)
  const signature = pki.signatureAlgorithmIdentifier(scheme)
  const tbs = pki.buildTbsCertificate({
    serialNumber: options.serialNumber ?? Buffer.from('2a', 'hex'),
    signature,
    issuer: options.issuer ?? subject,
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2049-01-01T00:00:00Z'),
    subject,
    publicKey: signing.publicKey.der,
    extensions: [pki.buildSubjectKeyIdentifier(KEY_IDENTIFIER)],
  })
  const der = pki.assembleSigned(tbs, signature, await signing.sign(tbs, scheme))
  return { privateKey, certificate: pki.parseCertificate(der), scheme, digest, signing }
}

/** A SignedData of this identity over the content, with one attribute that SCEP has. */
export function signedBy(
  signer: Identity,
  eContent: Buffer | undefined,
  changes: Partial<pki.NewSignedData> = {},
): Promise<Buffer> {
  return pki.buildSignedData({
    ...(eContent && { eContent }),
    digest: signer.digest,
    signer: { certificate: signer.certificate, key: signer.signing, scheme: signer.scheme },
    attributes: [pki.buildAttribute('2.16.840.1.113733.1.9.2', pki.der.printableString('19'))],
    certificates: [signer.certificate.der],
    ...changes,
  })
}

/** Whether a message verifies under the certificate its sid means, content digest included. */
export function verifies(message: Buffer): boolean {
  const signedData = pki.parseSignedData(message)
  const [signer] = signedData.signerInfos
  if (signer === undefined) return false
  const digest = pki.digestByOid(signer.digestAlgorithm.oid)?.name
  return pki.findSignerCertificates(signedData, signer.sid).some(({ publicKey }) => {
    const scheme = pki.signatureSchemeOf(signer.signatureAlgorithm, publicKey, digest)
    if (scheme === undefined || digest === undefined) return false
    return (
      pki.verifyMessageDigest(signer, signedData.eContent, digest) && pki.verifySignerInfo(signer, publicKey, scheme)
    )
  })
}
