import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodePem, softwareSigningKey } from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../../tests/folder.ts'
import { certificateOf, NOW } from '../testing/exchange.ts'
import {
  caExtension,
  commonName,
  ecKey,
  keyUsageExtension,
  type RawIdentity,
  rawCertificate,
} from '../testing/raw-certificate.ts'
import { readCertsOnly, readReply, signatureIsRight } from '../testing/read-reply.ts'
import { sealNextCaCertificates } from './seal-next-ca-certificates.ts'

const ca = (name: string, above?: RawIdentity) =>
  rawCertificate({
    subject: commonName(name),
    privateKey: ecKey(),
    ...(above === undefined ? {} : { issuer: commonName('Root'), issuerKey: above.privateKey }),
    extensions: [caExtension(), keyUsageExtension(0, 5, 6)],
  })

const CURRENT = rawCertificate({ subject: commonName('CA'), extensions: [caExtension(), keyUsageExtension(0, 5, 6)] })
const ROOT = ca('Root')
const NEXT = ca('CA', ROOT)
const RA = rawCertificate({ subject: commonName('RA'), issuer: commonName('CA'), issuerKey: NEXT.privateKey })

const seal = (current: RawIdentity = CURRENT, ra: Buffer | undefined = RA.certificate) =>
  sealNextCaCertificates({
    current: { certificate: certificateOf(current), signing: softwareSigningKey(current.privateKey) },
    next: NEXT.certificate,
    ...(ra === undefined ? {} : { ra }),
    chain: [ROOT.certificate],
    now: NOW,
  })

test.each([
  ['RSA', CURRENT],
  ['EC', ca('CA')],
] as const)('S-4.7.1-01 it is signed with the %s key of the current CA', async (_, current) => {
  const raw = readReply(await seal(current))
  expect(signatureIsRight(raw, current.spki, 'sha256')).toBe(true)
  expect(signatureIsRight(raw, NEXT.spki, 'sha256')).toBe(false)
})

test('S-4.7.1-02 S-4.7.1-10 signed is a whole certs-only message with RA, next CA and what is above it', async () => {
  const { eContent } = readReply(await seal())
  expect(readCertsOnly(eContent as Buffer)).toEqual([RA.certificate, NEXT.certificate, ROOT.certificate])
})

test('a next CA that is its own RA stands alone with its chain', async () => {
  const message = await sealNextCaCertificates({
    current: { certificate: certificateOf(CURRENT), signing: softwareSigningKey(CURRENT.privateKey) },
    next: NEXT.certificate,
    chain: [],
    now: NOW,
  })
  expect(readCertsOnly(readReply(message).eContent as Buffer)).toEqual([NEXT.certificate])
})

test('S-4.7.1-03 the signed attributes are those of CMS: contentType, messageDigest, signingTime', async () => {
  const { attributes } = readReply(await seal())
  expect([...attributes.keys()].sort()).toEqual([
    '1.2.840.113549.1.9.3',
    '1.2.840.113549.1.9.4',
    '1.2.840.113549.1.9.5',
  ])
  // id-data: what is signed are octets, and jscep reads no other type (RFC 8894 §4.7.1).
  expect(attributes.get('1.2.840.113549.1.9.3')?.bytes.toString('hex')).toBe('06092a864886f70d010701')
})

test('the bag beside it has the signer and, for jscep, the next CA', async () => {
  expect(readReply(await seal()).certificates).toEqual([CURRENT.certificate, NEXT.certificate])
})

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('openssl', () => {
  const folder = temporaryFolder()
  const at = (name: string) => join(folder, name)
  const verify = (anchor: RawIdentity) => {
    writeFileSync(at('anchor.pem'), encodePem('CERTIFICATE', anchor.certificate))
    const args = ['cms', '-verify', '-binary', '-inform', 'DER', '-in', at('message'), '-CAfile', at('anchor.pem')]
    return spawnSync('openssl', [...args, '-attime', String(NOW.getTime() / 1000), '-out', at('content')])
  }

  test('S-4.7.1-01 S-4.7.1-02 verifies it under the current CA, under no other, and prints what it carries', async () => {
    writeFileSync(at('message'), await seal())
    const { status, stderr } = verify(CURRENT)
    expect(status, stderr.toString()).toBe(0)
    const args = ['pkcs7', '-inform', 'DER', '-in', at('content'), '-print_certs', '-noout']
    const printed = execFileSync('openssl', args).toString()
    expect(printed.match(/subject=.*/g)).toEqual(['subject=CN = RA', 'subject=CN = CA', 'subject=CN = Root'])
    expect(readFileSync(at('content'))).toEqual(readReply(await seal()).eContent)
    expect(verify(ROOT).status).not.toBe(0)
  })
})
