import { generateKeyPairSync } from 'node:crypto'
import {
  assembleSigned,
  buildTbsCertificate,
  type Certificate,
  nameFromText,
  parseCertificate,
  parseSignedData,
  type SignatureScheme,
  type SigningKey,
  signatureAlgorithmIdentifier,
  softwareSigningKey,
  verifyCertificate,
} from '@chancery/pki'
import type { IssuerRecord } from '@chancery/ra'
import { expect, test } from 'vitest'
import { caCertificateChain, caCertificates } from './ca-certificates.ts'

const SCHEME: SignatureScheme = { key: 'ec', digest: 'sha256' }

async function holder(name: string, issuer?: { name: string; key: SigningKey }) {
  const key = softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  const signature = signatureAlgorithmIdentifier(SCHEME)
  const tbs = buildTbsCertificate({
    serialNumber: Buffer.from([1]),
    signature,
    issuer: nameFromText(`CN=${issuer?.name ?? name}`),
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2027-01-01'),
    subject: nameFromText(`CN=${name}`),
    publicKey: key.publicKey.der,
    extensions: [],
  })
  return { name, key, der: assembleSigned(tbs, signature, await (issuer?.key ?? key).sign(tbs, SCHEME)) }
}

const root = await holder('Root')
const intermediate = await holder('Intermediate', root)
const ra = await holder('RA', intermediate)

const record = (certificate: Buffer, ...chain: Buffer[]) => ({ certificate, chain }) as unknown as IssuerRecord

/** Those that issued none of the others. */
function leaves(body: Buffer): Buffer[] {
  const all = parseSignedData(body).certificates.map((element) => parseCertificate(element))
  const issued = (one: Certificate, other: Certificate) => other !== one && verifyCertificate(other, one.publicKey)
  return all.filter((one) => !all.some((other) => issued(one, other))).map(({ der }) => der)
}

test('S-4.2.1.1-01 a CA that opens messages itself is one bare certificate under its type', () => {
  const { type, body } = caCertificates(root.der, record(root.der))
  expect(type).toBe('application/x-x509-ca-cert')
  expect(body).toEqual(root.der)
})

test('S-4.2.1.2-02 under an intermediate CA the RA is the only leaf of the set, and the chain is whole', () => {
  const { body } = caCertificates(ra.der, record(intermediate.der, root.der))
  expect(leaves(body)).toEqual([ra.der])
  expect(parseSignedData(body).certificates.map(({ bytes }) => bytes)).toEqual([ra.der, intermediate.der, root.der])
})

const chained = record(intermediate.der, root.der)
const published = (body: Buffer) => parseSignedData(body).certificates.map(({ bytes }) => bytes)

test.each([
  ['ca', [ra.der, intermediate.der]],
  ['intermediates', [ra.der, intermediate.der]],
  ['root', [ra.der, intermediate.der, root.der]],
] as const)('S-4.2.1.2-03 the switch at %s publishes the RA first and then the CAs upwards', (content, expected) => {
  const { type, body } = caCertificates(ra.der, chained, content)
  expect(type).toBe('application/x-x509-ca-ra-cert')
  expect(published(body)).toEqual(expected)
})

test('intermediates leaves the root out, and not the issuing CA where that is the root', async () => {
  const lower = await holder('Lower', intermediate)
  const lowerRa = await holder('Lower RA', lower)
  const { body } = caCertificates(lowerRa.der, record(lower.der, intermediate.der, root.der), 'intermediates')
  expect(published(body)).toEqual([lowerRa.der, lower.der, intermediate.der])
  const rootRa = await holder('Root RA', root)
  expect(published(caCertificates(rootRa.der, record(root.der), 'intermediates').body)).toEqual([rootRa.der, root.der])
})

test('S-4.2.1-02 an intermediate CA that opens messages is one bare certificate, whatever the switch says', () => {
  for (const content of ['ca', 'intermediates', 'root', 'single'] as const) {
    const expected = { type: 'application/x-x509-ca-cert', body: intermediate.der }
    expect(caCertificates(intermediate.der, chained, content)).toEqual(expected)
  }
})

test('S-4.2.1-02 the switch at single publishes the certificate to encrypt to as bare DER, and no set', () => {
  expect(caCertificates(ra.der, chained, 'single')).toEqual({ type: 'application/x-x509-ca-cert', body: ra.der })
})

test('Apple can read each set: all in it chain to the one at its end', async () => {
  for (const content of ['ca', 'intermediates', 'root'] as const) {
    const all = published(caCertificates(ra.der, chained, content).body).map((der) => parseCertificate(der))
    for (const [index, certificate] of all.slice(0, -1).entries()) {
      expect(verifyCertificate(certificate, all[index + 1]?.publicKey as Certificate['publicKey'])).toBe(true)
    }
  }
})

test('D-11-01 GetCACertChain is the issuing CA and those above it, without the RA', () => {
  const { type, body } = caCertificateChain(chained)
  expect(type).toBe('application/x-x509-ca-ra-cert-chain')
  expect(published(body)).toEqual([intermediate.der, root.der])
})
