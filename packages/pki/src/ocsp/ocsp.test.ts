import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { signatureAlgorithmIdentifier } from '../algorithm/signature.ts'
import { withIndefiniteLengths } from '../cms/testing/ber.ts'
import { type Identity, identity } from '../cms/testing/identity.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import { encode, explicit, integer, octetString, sequence } from '../der/write.ts'
import { softwareSigningKey } from '../key/software.ts'
import { PkiError } from '../pki-error.ts'
import { buildExtension } from '../x509/extension.ts'
import { assembleOcspResponse, buildResponseData, type NewSingleResponse } from './build-response.ts'
import { issuerHashes, keyHash } from './cert-id.ts'
import { ocspNonce } from './nonce.ts'
import { buildOcspRequest, parseOcspRequest } from './request.ts'
import { parseOcspResponse, verifyBasicOcspResponse } from './response.ts'
import { buildOcspError, OCSP_STATUS, type OcspStatus } from './status.ts'

const SCHEME = { key: 'ec', digest: 'sha256' } as const
const SIGNATURE = signatureAlgorithmIdentifier(SCHEME)
const KEY = softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const NOW = new Date('2026-11-25T10:00:00Z')
const LATER = new Date('2050-11-25T22:00:00Z')

let ca: Identity
beforeAll(async () => {
  ca = await identity('rsa')
})

const certId = (digest: 'sha1' | 'sha256' = 'sha1', withNull = true) => ({
  ...issuerHashes(ca.certificate, digest),
  digest,
  withNull,
  serialNumber: Buffer.from('00ff01', 'hex'),
})

describe('a request', () => {
  test('reads back as it was built', () => {
    const certIds = [certId(), certId('sha256', false)]
    const nonce = Buffer.alloc(16, 3)
    expect(parseOcspRequest(buildOcspRequest({ certIds, nonce }))).toEqual({ certIds, nonce })
    expect(parseOcspRequest(buildOcspRequest({ certIds }))).toEqual({ certIds, nonce: undefined })
  })

  test('is read in BER, signed, with a version and with the name of who asks', () => {
    const plain = buildOcspRequest({ certIds: [certId()], nonce: Buffer.alloc(8, 1) })
    expect(parseOcspRequest(withIndefiniteLengths(plain, 8))).toEqual(parseOcspRequest(plain))
    const [list, extensions] = [
      sequence(sequence(plainCertId())),
      explicit(2, sequence(buildExtension('1.2.3', false, Buffer.alloc(1)))),
    ]
    const requestor = explicit(1, encode(0x82, Buffer.from('who.example')))
    const signature = explicit(0, sequence(SIGNATURE, encode(3, Buffer.from([0, 1]))))
    const full = sequence(sequence(explicit(0, integer(0)), requestor, list, extensions), signature)
    expect(parseOcspRequest(full)).toEqual({ certIds: [certId()], nonce: undefined })
  })

  test.each([
    ['empty', () => Buffer.alloc(0)],
    ['asking nothing', () => buildOcspRequest({ certIds: [] })],
    [
      'asking about more certificates than a message may',
      () => buildOcspRequest({ certIds: Array(17).fill(certId()) }),
    ],
    ['longer than a message may be', () => encode(0x30, Buffer.alloc(20_000))],
    ['with something behind it', () => Buffer.concat([buildOcspRequest({ certIds: [certId()] }), Buffer.from([5, 0])])],
    ['of version 2', () => sequence(sequence(explicit(0, integer(1)), sequence(sequence(plainCertId()))))],
    ['with a critical extension that we do not know', () => withExtension(true)],
    ['with parts out of order', () => sequence(sequence(explicit(2, sequence()), sequence(sequence(plainCertId()))))],
    ['with a CertID of three parts', () => sequence(sequence(sequence(sequence(sequence(SIGNATURE)))))],
  ])('%s is refused', (_, make) => expect(() => parseOcspRequest(make())).toThrow(expect.toSatisfy(isDeclared)))

  test('with an extension that we do not know, and that is not critical, is read', () => {
    expect(parseOcspRequest(withExtension(false)).certIds).toEqual([certId()])
  })

  test.each([0, 33])('RFC 8954 §2.1: a nonce of %d octets is refused', (length) => {
    const request = buildOcspRequest({ certIds: [certId()], nonce: Buffer.alloc(length) })
    expect(() => parseOcspRequest(request)).toThrow(PkiError)
  })

  test('a digest that we do not know, or one with parameters, is nobody’s, and no error', () => {
    const odd = sequence(
      sequence(encode(6, Buffer.from([0x2a, 3])), integer(1)),
      octetString(Buffer.alloc(3)),
      octetString(Buffer.alloc(3)),
      integer(1),
    )
    expect(parseOcspRequest(sequence(sequence(sequence(sequence(odd))))).certIds[0]?.digest).toBeUndefined()
  })
})

describe('a response', () => {
  const good = (): NewSingleResponse => ({ certId: certId(), status: 'good', thisUpdate: NOW, nextUpdate: LATER })
  const signed = async (responses: readonly NewSingleResponse[], nonce?: Buffer) => {
    const data = buildResponseData({ responderKeyHash: keyHash(KEY.publicKey), producedAt: NOW, responses, nonce })
    return assembleOcspResponse(data, SIGNATURE, await KEY.sign(data, SCHEME), [ca.certificate.der])
  }
  const read = (bytes: Buffer) => {
    const response = parseOcspResponse(bytes)
    if (response.status !== 'successful') throw new Error(response.status)
    return response.basic
  }

  test('reads back as it was built, and verifies', async () => {
    const revoked = { ...good(), status: 'revoked', at: NOW, reason: 6 } as const
    const unspecified = { ...revoked, reason: 0 }
    const nonce = Buffer.alloc(32, 9)
    const basic = read(await signed([good(), revoked, unspecified], nonce))
    expect(basic.responses.map(({ certStatus }) => certStatus)).toEqual([
      { status: 'good' },
      { status: 'revoked', at: NOW, reason: 6 },
      { status: 'revoked', at: NOW, reason: undefined },
    ])
    expect(basic.responses[0]).toMatchObject({ certId: certId(), thisUpdate: NOW, nextUpdate: LATER })
    expect(basic).toMatchObject({ producedAt: NOW, responder: { keyHash: keyHash(KEY.publicKey) } })
    expect(basic.certificates.map(({ der }) => der)).toEqual([ca.certificate.der])
    expect(ocspNonce(basic)).toEqual(nonce)
    expect(verifyBasicOcspResponse(basic, KEY.publicKey)).toBe(true)
    expect(verifyBasicOcspResponse(basic, ca.certificate.publicKey)).toBe(false)
  })

  test('that was changed does not verify', async () => {
    const bytes = await signed([good()])
    bytes[bytes.indexOf('20261125')] = 0x33
    expect(verifyBasicOcspResponse(read(bytes), KEY.publicKey)).toBe(false)
  })

  test('is read in BER', async () => {
    const bytes = await signed([good()])
    expect(read(withIndefiniteLengths(bytes, 4)).responses).toEqual(read(bytes).responses)
  })

  test('unsigned has five octets, and says which it is', () => {
    for (const status of Object.keys(OCSP_STATUS) as OcspStatus[]) {
      if (status === 'successful') continue
      expect(buildOcspError(status)).toEqual(Buffer.from([0x30, 3, 0x0a, 1, OCSP_STATUS[status]]))
      expect(parseOcspResponse(buildOcspError(status))).toEqual({ status })
    }
  })

  test.each(['30030a0104', '30030a0107', '30030a0100', '3000', '30040a020001'])('%s is refused', (hex) => {
    expect(() => parseOcspResponse(Buffer.from(hex, 'hex'))).toThrow(expect.toSatisfy(isDeclared))
  })
})

const isDeclared = (error: unknown) => error instanceof Asn1Error || error instanceof PkiError

/** Behind four headers of two octets. */
function plainCertId(): Buffer {
  return buildOcspRequest({ certIds: [certId()] }).subarray(8)
}

function withExtension(critical: boolean): Buffer {
  const extensions = explicit(2, sequence(buildExtension('1.2.3', critical, Buffer.alloc(1))))
  return sequence(sequence(sequence(sequence(plainCertId())), extensions))
}
