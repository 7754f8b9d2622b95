import { beforeAll, describe, expect, test } from 'vitest'
import * as pki from '../index.ts'
import { indefinite, longLength, rewrite, segments, strict, withIndefiniteLengths } from './testing/ber.ts'
import { type Identity, identity, KEY_IDENTIFIER, signedBy, verifies } from './testing/identity.ts'

const { der } = pki
const CONTENT = Buffer.from('what is signed, in more octets than one segment has')
/** Paths in a ContentInfo with SignedData that has certificates. */
const AT = { signedData: '1.0', eContent: '1.0.2.1', certificates: '1.0.3', signerInfos: '1.0.4', sid: '1.0.4.0.1' }

let rsa: Identity
let message: Buffer

beforeAll(async () => {
  rsa = await identity('rsa')
  message = await signedBy(rsa, CONTENT)
})

/** The message with another encoding at a path. */
const changed = (path: string, change: (e: pki.Element) => Buffer): Buffer =>
  rewrite(message, (e, at) => (at === path ? change(e) : undefined))

describe('what is written', () => {
  test('C-BER-05 is DER', () => expect(strict(message)).toEqual(message))

  test('S-3.2-01 S-3.2-02 S-3.2-06 C-AL-04 is version 1 over id-data, of one signer whose digest is in the set', () => {
    const read = pki.parseSignedData(message)
    expect(read.version).toBe(1)
    expect(read.eContentType).toBe(pki.CONTENT_TYPE.data)
    expect(read.eContent).toEqual(CONTENT)
    expect(read.digestAlgorithms.map(({ oid }) => oid)).toEqual(['2.16.840.1.101.3.4.2.1'])
    expect(read.signerInfos.map(({ version, sid }) => [version, sid.kind])).toEqual([[1, 'issuerAndSerialNumber']])
  })

  test('C-AL-02 has rsaEncryption with NULL as signatureAlgorithm, whatever the digest', async () => {
    for (const digest of ['sha1', 'sha256', 'sha512'] as const) {
      const scheme = { key: 'rsa', padding: 'pkcs1', digest } as const
      const signer = { certificate: rsa.certificate, key: rsa.signing, scheme }
      const [info] = pki.parseSignedData(await signedBy(rsa, CONTENT, { digest, signer })).signerInfos
      expect(info?.signatureAlgorithm.der.toString('hex')).toBe('300d06092a864886f70d0101010500')
    }
  })

  test('C-SA-02 has its attributes sorted, contentType and messageDigest among them', () => {
    const [info] = pki.parseSignedData(message).signerInfos
    const attributes = info?.signedAttributes?.map((a) => a.der) ?? []
    expect(attributes).toHaveLength(3)
    expect([...attributes].sort(Buffer.compare)).toEqual(attributes)
  })

  test('S-3.2-04 without content has no eContent at all, and the digest of no octets', async () => {
    const empty = await signedBy(rsa, undefined)
    expect(pki.parseSignedData(empty).eContent).toBeUndefined()
    expect(pki.readElement(empty).children[1]?.children[0]?.children[2]?.children).toHaveLength(1)
    expect(verifies(empty)).toBe(true)
  })

  test('empty content is not absent content', async () => {
    expect(pki.parseSignedData(await signedBy(rsa, Buffer.alloc(0))).eContent).toEqual(Buffer.alloc(0))
  })

  test('RFC 5652 §5.1 other content than id-data makes it version 3', async () => {
    const contentType = pki.CONTENT_TYPE.envelopedData
    const read = pki.parseSignedData(await signedBy(rsa, CONTENT, { contentType }))
    expect([read.version, read.eContentType]).toEqual([3, contentType])
  })

  test('C-AL-03 a scheme of another digest than the message is a mistake of the caller', async () => {
    await expect(signedBy(rsa, CONTENT, { digest: 'sha1' })).rejects.toThrow(TypeError)
  })

  test.each(['rsa', 'ec', 'ed25519'] as const)('C-AL-07 C-AL-08 verifies again: %s', async (kind) => {
    expect(verifies(await signedBy(await identity(kind), CONTENT))).toBe(true)
  })

  test.each([
    ['32 octets', 'a1'.repeat(32)],
    ['a leading zero too many', '0000002a'],
    ['negative', 'ff01'],
    ['zero', '00'],
  ])('C-ID-07 the serial number is copied octet for octet: %s', async (_, hex) => {
    const odd = await identity('rsa', { serialNumber: Buffer.from(hex, 'hex') })
    const signed = await signedBy(odd, CONTENT)
    const [info] = pki.parseSignedData(signed).signerInfos
    expect(info?.sid).toMatchObject({ serialNumber: Buffer.from(hex, 'hex') })
    expect(verifies(signed)).toBe(true)
  })
})

describe('what is read', () => {
  test.each([1, 2, 3, 4])('C-BER-01 indefinite lengths, %d levels of them', (depth) => {
    const ber = withIndefiniteLengths(message, depth)
    expect(pki.parseSignedData(ber).eContent).toEqual(CONTENT)
    expect(verifies(ber)).toBe(true)
  })

  test('C-BER-01 lengths with leading zeros', () => {
    expect(verifies(changed(AT.signedData, (e) => longLength(e.tag, e.content)))).toBe(true)
  })

  test.each([1, 7, 16, 1000])(
    'C-BER-02 C-BER-04 eContent in segments of %d octets, an empty one among them',
    (length) => {
      for (const shape of [indefinite, der.encode]) {
        const ber = changed(AT.eContent, () => indefinite(0xa0, shape(0x24, ...segments(CONTENT, length))))
        expect(pki.parseSignedData(ber).eContent).toEqual(CONTENT)
        expect(verifies(ber)).toBe(true)
      }
    },
  )

  test('C-BER-02 segments of segments', () => {
    const nested = indefinite(
      0x24,
      der.encode(0x24, ...segments(CONTENT.subarray(0, 9), 4)),
      der.octetString(CONTENT.subarray(9)),
    )
    expect(verifies(changed(AT.eContent, () => der.encode(0xa0, nested)))).toBe(true)
  })

  test('C-ID-01 a sid that is a subjectKeyIdentifier, primitive or in segments', () => {
    for (const sid of [der.encode(0x80, KEY_IDENTIFIER), der.encode(0xa0, ...segments(KEY_IDENTIFIER, 5))]) {
      const read = pki.parseSignedData(changed(AT.sid, () => sid))
      expect(read.signerInfos[0]?.sid).toEqual({ kind: 'subjectKeyIdentifier', value: KEY_IDENTIFIER })
      expect(verifies(changed(AT.sid, () => sid))).toBe(true)
    }
  })

  test('C-ID-01 a subjectKeyIdentifier of nobody finds nobody', () => {
    expect(verifies(changed(AT.sid, () => der.encode(0x80, KEY_IDENTIFIER.subarray(1))))).toBe(false)
  })

  test('C-ID-02 S-3.1-06 a sid whose name is of other strings and whose serial is padded', () => {
    const issuer = pki.buildName([
      [{ oid: '2.5.4.10', value: 'ACME', string: 'printable' }],
      [{ oid: '2.5.4.3', value: ' Rsa', string: 'utf8' }],
    ])
    const sid = der.sequence(issuer.der, der.integer(Buffer.from('00002a', 'hex')))
    expect(verifies(changed(AT.sid, () => sid))).toBe(true)
    const other = der.sequence(issuer.der, der.integer(Buffer.from('aa', 'hex')))
    expect(verifies(changed(AT.sid, () => other))).toBe(false)
  })

  test('C-ID-02 the signer among several of one issuer and serial is the one whose key verifies', async () => {
    const decoy = await identity('ec', { subject: 'CN=rsa,O=Acme' })
    const certificates = [decoy.certificate.der, rsa.certificate.der]
    const signed = await signedBy(rsa, CONTENT, { certificates })
    const read = pki.parseSignedData(signed)
    const sid = read.signerInfos[0]?.sid as pki.SignerIdentifier
    expect(pki.findSignerCertificates(read, sid).map((c) => c.publicKey.type)).toEqual(['ec', 'rsa'])
    expect(verifies(signed)).toBe(true)
  })

  test('S-2.3-02 the signer stands behind a chain, and a certificate that nobody can read is passed over', async () => {
    const chain = [(await identity('ec')).certificate.der, der.sequence(der.integer(1)), der.sequence()]
    expect(verifies(await signedBy(rsa, CONTENT, { certificates: [...chain, rsa.certificate.der] }))).toBe(true)
    const broken = der.sequence(der.sequence(der.integer(rsa.certificate.serialNumber)))
    expect(verifies(await signedBy(rsa, CONTENT, { certificates: [broken, rsa.certificate.der] }))).toBe(true)
    expect(verifies(await signedBy(rsa, CONTENT, { certificates: chain }))).toBe(false)
  })

  test('C-ID-03 certificates of other choices are skipped', () => {
    const others = [0xa0, 0xa1, 0xa2, 0xa3].map((tag) => der.encode(tag, der.integer(1)))
    const read = pki.parseSignedData(
      changed(AT.certificates, (e) => der.encode(e.tag, ...others, e.content, ...others)),
    )
    expect(read.certificates.map((e) => e.bytes)).toEqual([rsa.certificate.der])
  })

  test('C-ID-04 certificates, crls and eContent that are there but empty', () => {
    const empty = der.sequence(
      der.integer(1),
      der.set(),
      der.sequence(der.oid(pki.CONTENT_TYPE.data), der.explicit(0, der.octetString(Buffer.alloc(0)))),
      der.encode(0xa0),
      der.encode(0xa1),
      der.set(),
    )
    const info = der.sequence(der.oid(pki.CONTENT_TYPE.signedData), der.explicit(0, empty))
    expect(pki.parseSignedData(info)).toMatchObject({
      certificates: [],
      crls: [],
      signerInfos: [],
      eContent: Buffer.alloc(0),
    })
  })

  test('C-AL-04 a set of digests that misses the signer’s', () => {
    expect(verifies(changed('1.0.1', () => der.set()))).toBe(true)
  })

  test.each(['03', 'ff', '0000000000000001', 'ff'.repeat(20)])(
    'C-ID-08 S-3.2-02 whatever the version says: %s',
    (hex) => {
      for (const path of ['1.0.0', '1.0.4.0.0'])
        expect(verifies(changed(path, () => der.integer(Buffer.from(hex, 'hex'))))).toBe(true)
    },
  )

  test('S-3.2.1-16 C-ID-10 unsigned attributes are ignored', () => {
    const unsigned = der.encode(0xa1, pki.buildAttribute('2.16.840.1.113733.1.9.7', der.printableString('evil')))
    const read = pki.parseSignedData(changed('1.0.4.0', (e) => der.encode(e.tag, e.content, unsigned)))
    expect(read.signerInfos[0]?.signedAttributes?.map(({ oid }) => oid)).not.toContain('2.16.840.1.113733.1.9.7')
  })

  test('C-ID-10 PKCS #7 content of another type needs no OCTET STRING; id-data does', () => {
    const inner = der.sequence(der.integer(1))
    const content = (type: string) => changed('1.0.2', () => der.sequence(der.oid(type), der.explicit(0, inner)))
    expect(pki.parseSignedData(content(pki.CONTENT_TYPE.envelopedData)).eContent).toEqual(der.integer(1))
    expect(() => pki.parseSignedData(content(pki.CONTENT_TYPE.data))).toThrow(pki.Asn1Error)
  })

  test.each(['certificates', 'signerInfos'] as const)('S-7-13 more than 16 %s are refused', (what) => {
    const times = (count: number) =>
      changed(AT[what], (e) => der.encode(e.tag, ...Array.from({ length: count }, () => e.content)))
    expect(pki.parseSignedData(times(16))[what]).toHaveLength(16)
    expect(() => pki.parseSignedData(times(17))).toThrow(`more than 16`)
    expect(pki.parseSignedData(times(17), { [what]: 17 })[what]).toHaveLength(17)
  })

  test('S-7-12 a hundred thousand segments of one octet are refused', () => {
    const bomb = der.encode(0xa0, der.encode(0x24, ...segments(Buffer.alloc(100_000), 1)))
    expect(() => pki.parseSignedData(changed(AT.eContent, () => bomb))).toThrow(pki.Asn1Error)
  })

  test('S-3-01 S-3.2-13 another content type, parts behind and bytes behind are refused', async () => {
    const envelope = pki.buildEnvelopedData({
      content: CONTENT,
      encryption: 'aes-128-cbc',
      recipient: { certificate: rsa.certificate, transport: { scheme: 'rsa-pkcs1' } },
    })
    const nothing = der.nullValue()
    expect(() => pki.parseSignedData(envelope)).toThrow(pki.Asn1Error)
    expect(() => pki.parseSignedData(Buffer.concat([message, nothing]))).toThrow(pki.Asn1Error)
    for (const path of ['', '1', '1.0', '1.0.2', '1.0.2.1', '1.0.4.0', '1.0.4.0.1']) {
      expect(() => pki.parseSignedData(changed(path, (e) => der.encode(e.tag, e.content, nothing)))).toThrow(
        pki.Asn1Error,
      )
    }
  })
})
