import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signatureAlgorithmIdentifier } from '../algorithm/signature.ts'
import { buildAttribute } from '../attribute.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import { TAG } from '../der/tag.ts'
import {
  encode,
  explicit,
  integer,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  utf8String,
} from '../der/write.ts'
import { publicKeyInfoOf } from '../key/public-key-info.ts'
import { softwareSigningKey } from '../key/software.ts'
import { nameFromText } from '../name/from-text.ts'
import { nameToText } from '../name/to-text.ts'
import { PkiError } from '../pki-error.ts'
import { buildSubjectAltName, subjectAltNames } from '../x509/extension/subject-alt-name.ts'
import { assembleSigned } from '../x509/signed.ts'
import { buildCertificationRequest } from './build.ts'
import { challengePasswords } from './challenge-password.ts'
import {
  certificationRequestSignatureDigest,
  parseCertificationRequest,
  verifyCertificationRequest,
} from './request.ts'
import { requestedExtensions } from './requested-extensions.ts'

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const KEYS: readonly [string, KeyObject][] = [
  ['RSA', RSA],
  ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
  ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey],
  ['Ed25519', generateKeyPairSync('ed25519').privateKey],
  ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey],
]
const CHALLENGE = '1.2.840.113549.1.9.7'

/** A request with attributes as they are given, in any order and number. */
function request(attributes: readonly Buffer[] | 'absent', version = 0, key: KeyObject = RSA) {
  const scheme = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' } as const
  const field = attributes === 'absent' ? [] : [explicit(0, ...attributes)]
  const info = sequence(integer(version), nameFromText('CN=a').der, publicKeyInfoOf(key).der, ...field)
  const signature = sign('sha256', info, key)
  return parseCertificationRequest(assembleSigned(info, signatureAlgorithmIdentifier(scheme), signature))
}

test('an RSA key signs with PSS only when told to', async () => {
  const subject = nameFromText('CN=r1')
  const made = (rsaPadding?: 'pss') => buildCertificationRequest({ subject, key: softwareSigningKey(RSA), rsaPadding })
  expect(parseCertificationRequest(await made()).signatureAlgorithm.oid).toBe('1.2.840.113549.1.1.11')
  const csr = parseCertificationRequest(await made('pss'))
  expect(csr.signatureAlgorithm.oid).toBe('1.2.840.113549.1.1.10')
  expect(verifyCertificationRequest(csr)).toBe(true)
})

describe.each(KEYS)('%s', (_, key) => {
  test('a request of ours reads back and verifies', async () => {
    const subject = nameFromText('CN=r1,O=Acme')
    const extensions = [buildSubjectAltName([{ type: 'dns', value: 'r1.example' }], false)]
    const signer = softwareSigningKey(key)
    const der = await buildCertificationRequest({ subject, key: signer, challengePassword: 'abc', extensions })
    const csr = parseCertificationRequest(der)
    expect(csr.der).toEqual(der)
    expect(nameToText(csr.subject)).toBe('CN=r1,O=Acme')
    expect(csr.publicKey.der).toEqual(signer.publicKey.der)
    expect(challengePasswords(csr)).toEqual(['abc'])
    expect(requestedExtensions(csr).map(({ der }) => der)).toEqual(extensions)
    expect(verifyCertificationRequest(csr)).toBe(true)
  })

  test('S-3.3.1-06 a flipped bit of the signed part or the signature does not verify', async () => {
    const signer = softwareSigningKey(key)
    const der = await buildCertificationRequest({ subject: nameFromText('CN=r1'), key: signer })
    for (const at of [der.indexOf('r1'), der.length - 1]) {
      const changed = Buffer.from(der)
      changed[at] = (changed[at] as number) ^ 1
      expect(verifyCertificationRequest(parseCertificationRequest(changed))).toBe(false)
    }
  })
})

describe('challengePassword', () => {
  test('takes attributes as they are, such as a challenge longer than PKCS #9 allows', async () => {
    const challenge = 'a+/='.repeat(1024)
    const attributes = [buildAttribute('1.2.840.113549.1.9.7', utf8String(challenge))]
    const der = await buildCertificationRequest({
      subject: nameFromText('CN=r1'),
      key: softwareSigningKey(RSA),
      attributes,
    })
    expect(challengePasswords(parseCertificationRequest(der))).toEqual([challenge])
  })

  test.each([
    ['PrintableString', TAG.printableString, 'abc'],
    ['UTF8String', TAG.utf8String, 'abc'],
    ['TeletexString', TAG.teletexString, 'abc'],
    ['IA5String', TAG.ia5String, 'abc'],
    ['BMPString', TAG.bmpString, '\0a\0b\0c'],
    ['UniversalString', TAG.universalString, '\0\0\0a\0\0\0b\0\0\0c'],
  ])('S-3.3.1-04 is the same text as %s', (_, tag, content) => {
    const csr = request([buildAttribute(CHALLENGE, encode(tag, Buffer.from(content, 'latin1')))])
    expect(challengePasswords(csr)).toEqual(['abc'])
  })

  test('S-3.3.1-05 every value of every attribute is listed, in either order', () => {
    const [good, bad] = [printableString('good'), printableString('bad')]
    expect(challengePasswords(request([buildAttribute(CHALLENGE, bad), buildAttribute(CHALLENGE, good)]))).toEqual([
      'bad',
      'good',
    ])
    expect(challengePasswords(request([buildAttribute(CHALLENGE, good), buildAttribute(CHALLENGE, bad)]))).toEqual([
      'good',
      'bad',
    ])
    expect(challengePasswords(request([buildAttribute(CHALLENGE, good, bad)]))).toHaveLength(2)
    expect(challengePasswords(request([buildAttribute(CHALLENGE)]))).toEqual([])
  })

  test('octets that do not decode are a wrong challenge, not an absent one', () => {
    const broken = encode(TAG.utf8String, Buffer.from('e4', 'hex'))
    expect(challengePasswords(request([buildAttribute(CHALLENGE, broken)]))).toEqual(['ä'])
    expect(() => challengePasswords(request([buildAttribute(CHALLENGE, sequence())]))).toThrow(Asn1Error)
  })

  test('S-3.3.1-03 PrintableString if the characters allow, else UTF8String; it comes first; at most 255 characters', async () => {
    const build = (challengePassword: string) =>
      buildCertificationRequest({
        subject: nameFromText('CN=a'),
        key: softwareSigningKey(RSA),
        challengePassword,
        extensions: [buildSubjectAltName([{ type: 'dns', value: 'a' }], false)],
      })
    const first = async (text: string) => parseCertificationRequest(await build(text)).attributes[0]
    expect(await first('NQ3C6-GS3ZN')).toMatchObject({ oid: CHALLENGE, values: [{ tag: TAG.printableString }] })
    expect(await first('a_b')).toMatchObject({ oid: CHALLENGE, values: [{ tag: TAG.utf8String }] })
    expect(await first('ä'.repeat(255))).toMatchObject({ oid: CHALLENGE, values: [{ tag: TAG.utf8String }] })
    await expect(build('a'.repeat(256))).rejects.toThrow(PkiError)
  })
})

describe('attributes', () => {
  test('S-3.3.1-07 D-A-01 extensions are found where PKCS#9, VeriSign and Microsoft put them', () => {
    const extension = buildSubjectAltName([{ type: 'dns', value: 'a.example' }], false)
    for (const type of ['1.2.840.113549.1.9.14', '2.16.840.1.113733.1.9.8', '1.3.6.1.4.1.311.2.1.14']) {
      const csr = request([buildAttribute(type, sequence(extension))])
      expect(requestedExtensions(csr).flatMap((e) => subjectAltNames(e))).toEqual([{ type: 'dns', value: 'a.example' }])
    }
  })

  test('S-3.3.1-08 an empty [0], none at all, and a version other than 0 parse and verify', () => {
    for (const csr of [request([]), request('absent'), request([], 2)]) {
      expect(csr.attributes).toEqual([])
      expect(verifyCertificationRequest(csr)).toBe(true)
    }
  })

  test('unknown attributes are kept as they came', () => {
    const unknown = buildAttribute('1.2.3.4', utf8String('x'), octetString(Buffer.alloc(3)))
    expect(request([unknown]).attributes.map(({ der }) => der)).toEqual([unknown])
  })

  test('extensions that are no extensions are malformed', () => {
    expect(() => requestedExtensions(request([buildAttribute('1.2.840.113549.1.9.14', nullValue())]))).toThrow(
      Asn1Error,
    )
  })
})

test('S-3.1-17 the digest of the signature is told, for a policy to judge: SHA-1 and MD5 too', () => {
  for (const [type, digest] of [
    ['1.2.840.113549.1.1.5', 'sha1'],
    ['1.2.840.113549.1.1.4', 'md5'],
  ] as const) {
    const { info } = request([])
    const algorithm = sequence(oid(type), nullValue())
    const csr = parseCertificationRequest(assembleSigned(info, algorithm, sign(digest, info, RSA)))
    expect(certificationRequestSignatureDigest(csr)).toBe(digest)
    expect(verifyCertificationRequest(csr)).toBe(true)
  }
})

test('an algorithm of another type of key tells no digest and verifies nothing', () => {
  const { info } = request([])
  const csr = parseCertificationRequest(
    assembleSigned(info, sequence(oid('1.2.840.10045.4.3.2')), createHash('sha256').update(info).digest()),
  )
  expect(certificationRequestSignatureDigest(csr)).toBeUndefined()
  expect(verifyCertificationRequest(csr)).toBe(false)
})
