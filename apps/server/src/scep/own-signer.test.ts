import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  assembleSigned,
  buildBasicConstraints,
  buildCertificationRequest,
  buildTbsCertificate,
  type Certificate,
  nameFromText,
  parseCertificate,
  type SignatureScheme,
  type SigningKey,
  signatureAlgorithmIdentifier,
  softwareDecryptionKey,
  softwareSigningKey,
} from '@chancery/pki'
import { openReply, sealRequest } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

let server: TestApp
beforeAll(async () => {
  server = await testApp({ CHANCERY_CA_KEY: 'rsa-2048' })
})
afterAll(() => server.close())

const { privateKey: STRANGE } = generateKeyPairSync('rsa', { modulusLength: 2048 })
/** Of the certificate that is asked for; our own keys get none anyway. */
const NEXT = softwareSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
const RSA_SHA256: SignatureScheme = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' }

/** A certificate with CA:TRUE that the CA's key signed, though the server never issued it. */
async function subordinate(ca: Certificate, caKey: SigningKey): Promise<Certificate> {
  const signature = signatureAlgorithmIdentifier(RSA_SHA256)
  const tbs = buildTbsCertificate({
    serialNumber: Buffer.from([1]),
    signature,
    issuer: ca.subject,
    notBefore: ca.notBefore,
    notAfter: ca.notAfter,
    subject: nameFromText('CN=Subordinate CA'),
    publicKey: softwareSigningKey(STRANGE).publicKey.der,
    extensions: [buildBasicConstraints({ ca: true })],
  })
  return parseCertificate(assembleSigned(tbs, signature, await caKey.sign(tbs, RSA_SHA256)))
}

test.each([
  ['PKCSReq', 'CA'],
  ['PKCSReq', 'RA'],
  ['PKCSReq', 'subordinate CA'],
  ['RenewalReq', 'CA'],
  ['RenewalReq', 'RA'],
  ['RenewalReq', 'subordinate CA'],
] as const)(
  'S-2.3-16 a %s signed with the key and the certificate of the %s is badRequest',
  async (messageType, whose) => {
    const { configuration } = await server.context.snapshots.current()
    const [issuer, ra] = [configuration.issuers[0], configuration.raCertificates[0]]
    if (issuer?.privateKey.kind !== 'software' || ra === undefined) throw new Error('nothing is installed')
    const key = (pkcs8: Buffer) => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    const [caCertificate, raCertificate] = [parseCertificate(issuer.certificate), parseCertificate(ra.certificate)]
    const caKey = key(issuer.privateKey.pkcs8)
    const [certificate, privateKey] = {
      CA: [caCertificate, caKey] as const,
      RA: [raCertificate, key(ra.privateKey.pkcs8)] as const,
      'subordinate CA': [await subordinate(caCertificate, softwareSigningKey(caKey)), STRANGE] as const,
    }[whose]
    const signingKey = softwareSigningKey(privateKey)
    const { message, ...sent } = await sealRequest({
      messageType,
      csr: await buildCertificationRequest({ subject: certificate.subject, key: NEXT }),
      nonce: randomBytes(16),
      signer: { certificate, key: signingKey },
      recipient: raCertificate,
      digest: 'sha256',
      contentEncryption: 'aes-128-cbc',
    })
    const answer = await server.app.inject({ method: 'POST', url: '/scep', payload: message })
    const reply = await openReply(answer.rawPayload, {
      ...sent,
      trusted: [caCertificate, raCertificate],
      issuers: [caCertificate],
      decryption: softwareDecryptionKey(privateKey),
      csrKey: NEXT.publicKey,
    })
    expect(reply).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  },
)
