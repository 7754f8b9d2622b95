import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { signatureAlgorithmIdentifier } from '../algorithm/signature.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import { DEFAULT_LIMITS } from '../der/read.ts'
import { explicit, integer, sequence, time } from '../der/write.ts'
import { softwareSigningKey } from '../key/software.ts'
import { nameFromText } from '../name/from-text.ts'
import { PkiError } from '../pki-error.ts'
import { buildFreshestCrl, freshestCrl } from '../x509/extension/freshest-crl.ts'
import { authorityKeyIdentifier, buildAuthorityKeyIdentifier } from '../x509/extension/key-identifier.ts'
import { EXTENSION_OID } from '../x509/extension-oid.ts'
import { assembleSigned } from '../x509/signed.ts'
import { buildTbsCrl, type NewRevokedEntry } from './build.ts'
import { crlNumber, parseCrl, revocationReason, verifyCrl } from './crl.ts'
import { baseCrlNumber, buildDeltaCrlIndicator } from './delta-crl-indicator.ts'
import { buildIssuingDistributionPoint, issuingDistributionPoint } from './issuing-distribution-point.ts'

const SCHEME = { key: 'ec', digest: 'sha256' } as const
const SIGNATURE = signatureAlgorithmIdentifier(SCHEME)
const KEY = softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const ISSUER = nameFromText('CN=ca')
const NOW = new Date('2026-11-24T00:00:00Z')
const LATER = new Date('2026-12-01T00:00:00Z')

const signed = async (tbs: Buffer) => assembleSigned(tbs, SIGNATURE, await KEY.sign(tbs, SCHEME))

const tbsOf = (revoked: readonly NewRevokedEntry[], number = 1n, extensions: readonly Buffer[] = []) =>
  buildTbsCrl({
    signature: SIGNATURE,
    issuer: ISSUER,
    thisUpdate: NOW,
    nextUpdate: LATER,
    number,
    authorityKeyIdentifier: buildAuthorityKeyIdentifier(Buffer.alloc(20, 1)),
    extensions,
    revoked,
  })

test('a CRL reads back as it was built, and verifies', async () => {
  const revoked = [
    { serialNumber: Buffer.from('1234', 'hex'), at: NOW, reason: 1 },
    { serialNumber: Buffer.from('00ff', 'hex'), at: NOW },
  ]
  const crl = parseCrl(await signed(tbsOf(revoked, 1n << 130n)))
  expect(crl).toMatchObject({ thisUpdate: NOW, nextUpdate: LATER })
  expect(crl.issuer.der).toEqual(ISSUER.der)
  expect(crlNumber(crl)).toBe(1n << 130n)
  expect(authorityKeyIdentifier(crl)).toEqual(Buffer.alloc(20, 1))
  expect(crl.revoked.map(({ serialNumber, at }) => ({ serialNumber, at }))).toEqual(
    revoked.map(({ serialNumber, at }) => ({ serialNumber, at })),
  )
  expect(crl.revoked.map(revocationReason)).toEqual([1, undefined])
  expect(verifyCrl(crl, KEY.publicKey)).toBe(true)
})

test('an empty CRL has no list at all (RFC 5280 §5.1.2.6)', async () => {
  const crl = parseCrl(await signed(tbsOf([])))
  expect(crl.revoked).toEqual([])
  expect(verifyCrl(crl, KEY.publicKey)).toBe(true)
})

test('150,000 entries are built, and read with limits wide enough', async () => {
  const entries = Array.from({ length: 150_000 }, (_, i) => ({
    serialNumber: Buffer.from([1, i >> 16, i >> 8, i]),
    at: NOW,
  }))
  const der = await signed(tbsOf(entries))
  expect(() => parseCrl(der)).toThrow(Asn1Error)
  expect(parseCrl(der, { ...DEFAULT_LIMITS, bytes: 1 << 24, elements: 1_000_000 }).revoked).toHaveLength(150_000)
})

test('version 1 without nextUpdate and extensions is read', async () => {
  const tbs = sequence(SIGNATURE, ISSUER.der, time(NOW), sequence(sequence(integer(5), time(NOW))))
  const crl = parseCrl(await signed(tbs))
  expect(crl).toMatchObject({ nextUpdate: undefined, extensions: [] })
  expect(crl.revoked).toHaveLength(1)
  expect(crlNumber(crl)).toBeUndefined()
})

test('a list of revoked certificates that stands in the wrong place is not an empty one', async () => {
  const revoked = sequence(sequence(integer(5), time(NOW)))
  const start = [integer(1), SIGNATURE, ISSUER.der, time(NOW), time(LATER)]
  for (const rest of [
    [time(LATER), revoked],
    [explicit(0, sequence()), revoked],
    [integer(1), revoked],
  ]) {
    const der = await signed(sequence(...start, ...rest))
    expect(() => parseCrl(der)).toThrow(Asn1Error)
  }
})

test('a changed CRL does not verify', async () => {
  const der = await signed(tbsOf([]))
  der[der.indexOf('ca')] = 0x43
  expect(verifyCrl(parseCrl(der), KEY.publicKey)).toBe(false)
})

test.each([7, 11, -1, 1.5])('%d is no revocation reason', (reason) => {
  expect(() => tbsOf([{ serialNumber: Buffer.from([1]), at: NOW, reason }])).toThrow(PkiError)
})

test('what a CRL says of its base, its part and its delta reads back, and only what must not be passed over is critical', async () => {
  const urls = ['http://a.example/1/3.crl', 'http://b.example/1/3.crl']
  const extensions = [buildDeltaCrlIndicator(1n << 70n), buildIssuingDistributionPoint(urls), buildFreshestCrl(urls)]
  const crl = parseCrl(await signed(tbsOf([{ serialNumber: Buffer.from([5]), at: NOW, reason: 8 }], 2n, extensions)))
  expect(baseCrlNumber(crl)).toBe(1n << 70n)
  expect(issuingDistributionPoint(crl)).toEqual(urls)
  expect(freshestCrl(crl)).toEqual(urls)
  const critical = crl.extensions.filter((one) => one.critical).map(({ oid }) => oid)
  expect(critical).toEqual([EXTENSION_OID.deltaCRLIndicator, EXTENSION_OID.issuingDistributionPoint])
})

test('a complete CRL for everything says nothing of the kind', async () => {
  const crl = parseCrl(await signed(tbsOf([])))
  expect([baseCrlNumber(crl), issuingDistributionPoint(crl), freshestCrl(crl)]).toEqual([undefined, undefined, []])
})
