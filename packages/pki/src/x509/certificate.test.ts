import { generateKeyPairSync } from 'node:crypto'
import forge from 'node-forge'
import * as pkijs from 'pkijs'
import { describe, expect, test } from 'vitest'
import { signatureAlgorithmIdentifier } from '../algorithm/signature.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import { TAG } from '../der/tag.ts'
import { encode, explicit, integer, oid, sequence, time, utf8String } from '../der/write.ts'
import { publicKeyInfoOf } from '../key/public-key-info.ts'
import { softwareSigningKey } from '../key/software.ts'
import { nameFromText } from '../name/from-text.ts'
import { nameToText } from '../name/to-text.ts'
import { buildTbsCertificate } from './build.ts'
import { parseCertificate } from './certificate.ts'
import { buildAuthorityInfoAccess } from './extension/authority-info-access.ts'
import { basicConstraints, buildBasicConstraints } from './extension/basic-constraints.ts'
import { buildCrlDistributionPoints, crlDistributionPoints } from './extension/crl-distribution-points.ts'
import { buildExtendedKeyUsage, extendedKeyUsage } from './extension/extended-key-usage.ts'
import {
  authorityKeyIdentifier,
  buildAuthorityKeyIdentifier,
  buildSubjectKeyIdentifier,
  subjectKeyIdentifier,
} from './extension/key-identifier.ts'
import { buildKeyUsage, keyUsage } from './extension/key-usage.ts'
import { buildSubjectAltName, subjectAltNames } from './extension/subject-alt-name.ts'
import { buildExtension } from './extension.ts'
import { assembleSigned } from './signed.ts'
import { isSelfSigned, verifyCertificate } from './verify.ts'

const SCHEME = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' } as const
const SIGNATURE = signatureAlgorithmIdentifier(SCHEME)
const SIGNER = softwareSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
const OTHER = softwareSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
const FROM = new Date('2026-01-01T00:00:00Z')
const TO = new Date('2051-01-01T00:00:00Z')
const SUBJECT = nameFromText('CN=device,O=Acme')

async function signed(tbs: Buffer): Promise<Buffer> {
  return assembleSigned(tbs, SIGNATURE, await SIGNER.sign(tbs, SCHEME))
}

const certificate = (extensions: readonly Buffer[], serialNumber = Buffer.from('01', 'hex')) =>
  signed(
    buildTbsCertificate({
      serialNumber,
      signature: SIGNATURE,
      issuer: SUBJECT,
      notBefore: FROM,
      notAfter: TO,
      subject: SUBJECT,
      publicKey: SIGNER.publicKey.der,
      extensions,
    }),
  )

/** TBSCertificate from its parts, for what the builder does not make. */
const tbsOf = (...parts: readonly Buffer[]) => sequence(...parts)
const VALIDITY = sequence(time(FROM), time(TO))

const EVERY = [
  buildBasicConstraints({ ca: true, pathLength: 0 }),
  buildKeyUsage(['digitalSignature', 'keyEncipherment', 'decipherOnly']),
  buildExtendedKeyUsage(['1.3.6.1.5.5.7.3.2']),
  buildSubjectKeyIdentifier(Buffer.alloc(20, 1)),
  buildAuthorityKeyIdentifier(Buffer.alloc(20, 2)),
  buildSubjectAltName(
    [
      { type: 'dns', value: 'a.example' },
      { type: 'ip', value: '10.0.0.1' },
    ],
    true,
  ),
  buildCrlDistributionPoints(['http://ca.example/1.crl', 'http://ca.example/2.crl']),
  buildAuthorityInfoAccess({ caIssuers: 'http://ca.example/1.crt', ocsp: 'http://ca.example/ocsp' }),
]

describe('a certificate of ours', () => {
  test('reads back as it was built', async () => {
    const c = parseCertificate(await certificate(EVERY))
    expect(c).toMatchObject({ version: 3, notBefore: FROM, notAfter: TO, serialNumber: Buffer.from([1]) })
    expect(nameToText(c.subject)).toBe('CN=device,O=Acme')
    expect(c.publicKey.der).toEqual(SIGNER.publicKey.der)
    expect(c.extensions.map(({ der }) => der)).toEqual(EVERY)
    expect(basicConstraints(c)).toEqual({ ca: true, pathLength: 0 })
    expect(keyUsage(c)).toEqual(['digitalSignature', 'keyEncipherment', 'decipherOnly'])
    expect(extendedKeyUsage(c)).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(subjectKeyIdentifier(c)).toEqual(Buffer.alloc(20, 1))
    expect(authorityKeyIdentifier(c)).toEqual(Buffer.alloc(20, 2))
    expect(crlDistributionPoints(c)).toEqual(['http://ca.example/1.crl', 'http://ca.example/2.crl'])
    expect(subjectAltNames(c)).toEqual([
      { type: 'dns', value: 'a.example' },
      { type: 'ip', value: '10.0.0.1' },
    ])
    expect(c.extensions.map(({ critical }) => critical)).toEqual([true, true, false, false, false, true, false, false])
  })

  test('verifies with the key that signed it, and with no other', async () => {
    const der = await certificate(EVERY)
    const c = parseCertificate(der)
    expect(verifyCertificate(c, SIGNER.publicKey)).toBe(true)
    expect(verifyCertificate(c, OTHER.publicKey)).toBe(false)
    expect(isSelfSigned(c)).toBe(true)
    const changed = Buffer.from(der)
    changed[der.indexOf('device')] = 0x44
    expect(isSelfSigned(parseCertificate(changed))).toBe(false)
  })

  test('PKI.js and node-forge read it too', async () => {
    const der = await certificate(EVERY)
    const theirs = pkijs.Certificate.fromBER(der)
    expect(theirs.extensions).toHaveLength(EVERY.length)
    expect(theirs.notAfter.value).toEqual(TO)
    const forged = forge.pki.certificateFromPem(
      `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----`,
    )
    expect(forged.subject.getField('CN').value).toBe('device')
    expect(forged.getExtension('basicConstraints')).toMatchObject({ cA: true, critical: true })
  })

  test('without extensions it has none, and what they say is unknown', async () => {
    const c = parseCertificate(await certificate([]))
    expect([
      basicConstraints(c),
      keyUsage(c),
      extendedKeyUsage(c),
      subjectKeyIdentifier(c),
      authorityKeyIdentifier(c),
    ]).toEqual(Array(5).fill(undefined))
    expect(subjectAltNames(c)).toEqual([])
  })
})

describe('what devices send', () => {
  test.each([
    ['zero', '00'],
    ['negative', 'ff01'],
    ['with leading zeros', '00000001'],
    ['of 32 octets', '41'.repeat(32)],
  ])('C-ID-07 a serial number that is %s is kept as it is', async (_, hex) => {
    const serialNumber = Buffer.from(hex, 'hex')
    expect(parseCertificate(await certificate([], serialNumber)).serialNumber).toEqual(serialNumber)
  })

  test('version 1: no version field, no extensions', async () => {
    const tbs = tbsOf(integer(7), SIGNATURE, SUBJECT.der, VALIDITY, SUBJECT.der, SIGNER.publicKey.der)
    const c = parseCertificate(await signed(tbs))
    expect(c).toMatchObject({ version: 1, extensions: [] })
    expect(isSelfSigned(c)).toBe(true)
  })

  test('C-ID-08 an explicit version 1, version 2 with unique identifiers, and versions that nobody has defined', async () => {
    const rest = [integer(7), SIGNATURE, SUBJECT.der, VALIDITY, SUBJECT.der, SIGNER.publicKey.der]
    const versionOf = async (version: Buffer, ...more: Buffer[]) =>
      parseCertificate(await signed(tbsOf(explicit(0, version), ...rest, ...more))).version
    expect(await versionOf(integer(0))).toBe(1)
    expect(await versionOf(integer(1), encode(0x81, Buffer.from([0, 1])))).toBe(2)
    expect(await versionOf(integer(9))).toBe(3)
    expect(await versionOf(encode(TAG.integer, Buffer.from('ff', 'hex')))).toBe(3)
  })

  test('C-BER-06 unknown and repeated extensions, critical ones too, are kept', async () => {
    const unknown = [
      buildExtension('1.2.3.4', true, utf8String('a')),
      buildExtension('1.2.3.4', false, Buffer.from('no ASN.1')),
      buildExtension('2.5.29.35', true, sequence()),
    ]
    const c = parseCertificate(await certificate(unknown))
    expect(c.extensions.map(({ der }) => der)).toEqual(unknown)
    expect(authorityKeyIdentifier(c)).toBeUndefined()
  })

  test('C-BER-06 a certificate in BER, with an unsorted SET in its name, still verifies over the bytes received', async () => {
    const pair = (text: string) => sequence(oid('2.5.4.3'), utf8String(text))
    const name = sequence(encode(TAG.set, pair('b'), pair('a')))
    const indefinite = (...parts: Buffer[]) =>
      Buffer.concat([Buffer.from('3080', 'hex'), ...parts, Buffer.from('0000', 'hex')])
    const tbs = indefinite(integer(7), SIGNATURE, name, indefinite(time(FROM), time(TO)), name, SIGNER.publicKey.der)
    const der = await signed(tbs)
    const c = parseCertificate(der)
    expect(c.der).toEqual(der)
    expect(c.tbs).toEqual(tbs)
    expect(c.subject.der).toEqual(name)
    expect(isSelfSigned(c)).toBe(true)
  })

  test('extensions in the wrong place, under another tag or twice do not pass for none', async () => {
    const list = sequence(buildExtension('2.5.29.19', true, sequence()))
    const rest = [integer(7), SIGNATURE, SUBJECT.der, VALIDITY, SUBJECT.der, SIGNER.publicKey.der]
    for (const more of [[list], [encode(0xa4, list)], [explicit(3, list), explicit(3, list)], [integer(1)]]) {
      const der = await signed(tbsOf(explicit(0, integer(2)), ...rest, ...more))
      expect(() => parseCertificate(der)).toThrow(Asn1Error)
    }
  })

  test('a key of a type that we do not know: the certificate is read, the key verifies nothing', async () => {
    const key = publicKeyInfoOf(generateKeyPairSync('x25519').publicKey)
    const tbs = tbsOf(integer(7), SIGNATURE, SUBJECT.der, VALIDITY, SUBJECT.der, key.der)
    const c = parseCertificate(await signed(tbs))
    expect(c.publicKey.type).toBe('unknown')
    expect(isSelfSigned(c)).toBe(false)
    expect(verifyCertificate(c, SIGNER.publicKey)).toBe(true)
  })

  test('two signature algorithms that differ do not verify (RFC 5280 §4.1.1.2)', async () => {
    const sha512 = signatureAlgorithmIdentifier({ ...SCHEME, digest: 'sha512' })
    const tbs = tbsOf(integer(7), sha512, SUBJECT.der, VALIDITY, SUBJECT.der, SIGNER.publicKey.der)
    expect(isSelfSigned(parseCertificate(await signed(tbs)))).toBe(false)
  })
})

test.each([
  ['no certificate', () => sequence()],
  ['no validity', () => assembleSigned(tbsOf(integer(7), SIGNATURE, SUBJECT.der), SIGNATURE, Buffer.alloc(1))],
  [
    'a validity that is no time',
    () =>
      assembleSigned(
        tbsOf(integer(7), SIGNATURE, SUBJECT.der, sequence(integer(1), integer(2)), SUBJECT.der, SIGNER.publicKey.der),
        SIGNATURE,
        Buffer.alloc(1),
      ),
  ],
])('%s is refused', (_, build) => {
  expect(() => parseCertificate(build())).toThrow(Asn1Error)
})
