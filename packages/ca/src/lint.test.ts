import {
  buildBasicConstraints,
  buildExtendedKeyUsage,
  buildKeyUsage,
  buildSubjectAltName,
  buildSubjectKeyIdentifier,
  buildTbsCertificate,
  type Certificate,
  der,
  nameFromText,
  parseCertificate,
  parseName,
  publicKeyInfoOf,
  readElement,
  value,
  verifyCertificate,
} from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { generateKey } from './generate-key.ts'
import { issuerFacts } from './issuer.ts'
import { prepare } from './prepare.ts'
import { signTbs } from './sign.ts'
import { NOW, newIssuer, newOrder } from './test-issuer.ts'

const issuer = await newIssuer('p-256')
const { signatureAlgorithm, authorityKeyIdentifier } = issuerFacts(issuer)
const key = publicKeyInfoOf(await generateKey('p-256'))
const rsa = publicKeyInfoOf(await generateKey('rsa-2048'))
const identifier = buildSubjectKeyIdentifier(Buffer.alloc(20, 1))
const usage = buildKeyUsage(['digitalSignature'])
const noCa = buildBasicConstraints({ ca: false })
const year = 365 * 86_400_000

/** A TBSCertificate that is fine but for what a test changes in it. */
function tbs(changes: Partial<Parameters<typeof buildTbsCertificate>[0]> = {}): Buffer {
  return buildTbsCertificate({
    serialNumber: Buffer.from([1]),
    signature: signatureAlgorithm,
    issuer: issuer.certificate.subject,
    notBefore: NOW,
    notAfter: new Date(NOW.getTime() + year),
    subject: nameFromText('CN=a'),
    publicKey: key.der,
    extensions: [noCa, usage, authorityKeyIdentifier, identifier],
    ...changes,
  })
}

const INDEFINITE = Buffer.from('3080', 'hex')
const END = Buffer.from('0000', 'hex')
/** UTF8String "ab" in two segments. */
const BER_TEXT = Buffer.from('2c800c01610c01620000', 'hex')

const extensions = (...list: Buffer[]) => ({ extensions: list })
/** An extension that no builder makes. */
const extension = (oid: string, value: Buffer, critical = false) =>
  der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value))

const names = (value: Buffer) =>
  extensions(noCa, usage, authorityKeyIdentifier, identifier, extension('2.5.29.17', value))

/** A TBSCertificate whose last field has another tag. */
function withoutExtensions(): Buffer {
  const fields = readElement(tbs()).children.map(({ bytes }) => Buffer.from(bytes))
  const last = fields.at(-1) as Buffer
  last[0] = 0xa1
  return der.sequence(...fields)
}

/** SubjectPublicKeyInfo of an RSA key, with what a device may have written in the place of the RSAPublicKey. */
function rsaKey(write: (modulus: Buffer, exponent: Buffer) => Buffer, ...more: Buffer[]): { publicKey: Buffer } {
  const [algorithm, bits] = readElement(rsa.der).children
  const [modulus, exponent] = readElement(value.bitStringOctets(bits, 'key')).children
  if (algorithm === undefined || modulus === undefined || exponent === undefined) throw new Error('no RSA key')
  return {
    publicKey: der.sequence(algorithm.bytes, der.bitString(write(modulus.content, exponent.content)), ...more),
  }
}

async function signed(bytes: Buffer): Promise<Certificate> {
  return parseCertificate(await signTbs(bytes, issuer))
}

describe('a TBSCertificate read back from the store', () => {
  test('is signed as it is', async () => {
    const { tbs: recorded } = prepare(await newOrder(issuer))
    const certificate = await signed(Buffer.from(recorded))
    expect(certificate.tbs).toEqual(recorded)
    expect(verifyCertificate(certificate, issuer.key.publicKey)).toBe(true)
  })

  test('with an RSA key is signed', async () => {
    expect((await signed(tbs({ publicKey: rsa.der }))).publicKey.der).toEqual(rsa.der)
  })

  test('is signed when it keeps every rule', async () => {
    expect((await signed(tbs())).version).toBe(3)
  })

  test.each<[string, Buffer, RegExp]>([
    [
      'CA:TRUE',
      tbs(extensions(buildBasicConstraints({ ca: true }), usage, authorityKeyIdentifier, identifier)),
      /no CA/,
    ],
    ['no basicConstraints', tbs(extensions(usage, authorityKeyIdentifier, identifier)), /basicConstraints is missing/],
    ['no keyUsage', tbs(extensions(noCa, authorityKeyIdentifier, identifier)), /keyUsage is missing/],
    [
      'keyCertSign',
      tbs(extensions(noCa, buildKeyUsage(['keyCertSign']), authorityKeyIdentifier, identifier)),
      /keyCertSign/,
    ],
    ['cRLSign', tbs(extensions(noCa, buildKeyUsage(['cRLSign']), authorityKeyIdentifier, identifier)), /cRLSign/],
    [
      'an empty keyUsage',
      tbs(extensions(noCa, buildKeyUsage([]), authorityKeyIdentifier, identifier)),
      /keyUsage is empty/,
    ],
    ['a second basicConstraints', tbs(extensions(noCa, noCa, usage, authorityKeyIdentifier, identifier)), /twice/],
    [
      'anyExtendedKeyUsage',
      tbs(extensions(noCa, usage, buildExtendedKeyUsage(['2.5.29.37.0']), authorityKeyIdentifier, identifier)),
      /anyExtendedKeyUsage/,
    ],
    [
      'timeStamping',
      tbs(extensions(noCa, usage, buildExtendedKeyUsage(['1.3.6.1.5.5.7.3.8']), authorityKeyIdentifier, identifier)),
      /timeStamping/,
    ],
    [
      'nameConstraints',
      tbs(extensions(noCa, usage, authorityKeyIdentifier, identifier, extension('2.5.29.30', der.sequence(), true))),
      /2\.5\.29\.30 is not one of ours/,
    ],
    [
      'the security identifier of Microsoft',
      tbs(
        extensions(noCa, usage, authorityKeyIdentifier, identifier, extension('1.3.6.1.4.1.311.25.2', der.sequence())),
      ),
      /311\.25\.2 is not one of ours/,
    ],
    [
      'critical names beside a subject',
      tbs(
        extensions(
          noCa,
          usage,
          authorityKeyIdentifier,
          identifier,
          buildSubjectAltName([{ type: 'dns', value: 'a' }], true),
        ),
      ),
      /subjectAltName is critical/,
    ],
    ['another issuer', tbs({ issuer: nameFromText('CN=Root') }), /issuer is another/],
    ['another algorithm', tbs({ signature: der.sequence(der.oid('1.2.3')) }), /algorithm is not/],
    ['the key of the CA', tbs({ publicKey: issuer.key.publicKey.der }), /key is the one of the CA/],
    ['serial zero', tbs({ serialNumber: Buffer.from([0]) }), /serial number/],
    ['a negative serial', tbs({ serialNumber: Buffer.from([0x80]) }), /serial number/],
    ['a serial of 21 octets', tbs({ serialNumber: Buffer.alloc(21, 1) }), /serial number/],
    ['a beginning before the CA', tbs({ notBefore: new Date(NOW.getTime() - year) }), /begins before the CA/],
    ['an end after the CA', tbs({ notAfter: new Date(NOW.getTime() + 11 * year) }), /ends after the CA/],
    ['an end before its beginning', tbs({ notAfter: NOW }), /ends before it begins/],
    [
      'a subject with an empty RDN',
      tbs({ subject: parseName(readElement(Buffer.from('30023100', 'hex'))) }),
      /empty part/,
    ],
    [
      'C-BER-05 an RSA key of indefinite length',
      tbs(rsaKey((n, e) => Buffer.concat([INDEFINITE, der.integer(n), der.integer(e), END]))),
      /RSA key is not in DER/,
    ],
    [
      'C-BER-05 an RSA modulus that is negative',
      tbs(rsaKey((n, e) => der.sequence(der.integer(n.subarray(1)), der.integer(e)))),
      /RSA key is not in DER/,
    ],
    [
      'something behind the key',
      tbs(rsaKey((n, e) => der.sequence(der.integer(n), der.integer(e)), der.octetString(Buffer.alloc(9)))),
      /key is not in DER/,
    ],
    [
      'C-BER-05 a UPN in BER',
      tbs(names(der.sequence(der.encode(0xa0, der.oid('1.3.6.1.4.1.311.20.2.3'), der.explicit(0, BER_TEXT))))),
      /subjectAltName is not in DER/,
    ],
    ['another field in the place of its extensions', withoutExtensions(), /not its extensions/],
    ['bytes that are no certificate', Buffer.from('3000', 'hex'), /not a TBSCertificate/],
    ['bytes cut off', tbs().subarray(0, 100), /malformed/],
  ])('S-7-08 with %s is not signed', (_name, bytes, message) => {
    expect(() => signTbs(bytes, issuer)).toThrow(
      expect.objectContaining({ code: 'ERR_CA_ORDER', message: expect.stringMatching(message) }),
    )
  })
})
