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
import { caCertificates } from './ca-certificates.ts'

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
