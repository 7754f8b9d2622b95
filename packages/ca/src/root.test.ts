import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  decodePem,
  encodePem,
  nameFromText,
  parseCertificate,
  softwareSigningKey,
  subjectKeyIdentifier,
} from '@chancery/pki'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '../../../tests/command.ts'
import { generateKey } from './generate-key.ts'
import { prepare } from './prepare.ts'
import { caRequest, selfSignedRoot } from './root.ts'
import { sign } from './sign.ts'
import { NOW, newIssuer, newOrder } from './test-issuer.ts'

const subject = nameFromText('CN=Issuing CA,O=Example')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-root-'))
})
afterAll(() => rm(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

describe('a self-signed root', () => {
  test.each(['rsa-2048', 'p-256', 'p-384'] as const)('of %s is a CA to openssl', async (kind) => {
    const { certificate } = await newIssuer(kind)
    const text = (
      await must('openssl', ['x509', '-inform', 'DER', '-noout', '-text'], { input: certificate.der })
    ).toString()
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE/)
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Certificate Sign, CRL Sign/)
    expect(subjectKeyIdentifier(certificate)).toHaveLength(20)
    await writeFile(at('root.pem'), encodePem('CERTIFICATE', certificate.der))
    const args = ['verify', '-x509_strict', '-check_ss_sig', '-attime', String(NOW.getTime() / 1000)]
    expect((await must('openssl', [...args, '-CAfile', at('root.pem'), at('root.pem')])).toString()).toMatch(/OK/)
  })

  test.each([
    ['rsa-2048', 'Digital Signature, Key Encipherment, Certificate Sign, CRL Sign'],
    ['p-256', 'Digital Signature, Certificate Sign, CRL Sign'],
  ] as const)('S-2.1.2-01 of %s that opens messages itself is certified for %s', async (kind, usage) => {
    const key = softwareSigningKey(await generateKey(kind))
    const certificate = await selfSignedRoot({ subject, key, now: NOW, isOwnRa: true })
    const text = await must('openssl', ['x509', '-inform', 'DER', '-noout', '-text'], { input: certificate })
    expect(text.toString()).toMatch(new RegExp(`Key Usage: critical\\s+${usage}\n`))
  })

  test('lives ten years and began an hour ago, so that the first device may be slow too', async () => {
    const { certificate } = await newIssuer('p-256')
    expect(certificate.notBefore).toEqual(new Date('2026-01-15T11:00:00Z'))
    expect(certificate.notAfter).toEqual(new Date('2036-01-15T12:00:00Z'))
  })

  test('lives as long as was asked for', async () => {
    const key = softwareSigningKey(await generateKey('p-256'))
    const certificate = parseCertificate(await selfSignedRoot({ subject, key, now: NOW, years: 25 }))
    expect(certificate.notAfter).toEqual(new Date('2051-01-15T12:00:00Z'))
  })
})

describe('a CA below a foreign root', () => {
  test.each(['rsa-2048', 'p-384'] as const)('of %s: openssl signs the request and verifies the chain', async (kind) => {
    const key = softwareSigningKey(await generateKey(kind))
    await writeFile(at('ca.csr'), encodePem('CERTIFICATE REQUEST', await caRequest({ subject, key })))
    expect((await must('openssl', ['req', '-in', at('ca.csr'), '-verify', '-noout', '-text'])).toString()).toMatch(
      /CA:TRUE[\s\S]*Certificate Sign, CRL Sign/,
    )
    const subjectKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('root.key')]
    await must('openssl', [
      'req',
      '-x509',
      ...subjectKey,
      '-subj',
      '/CN=Foreign',
      '-days',
      '30',
      '-addext',
      'keyUsage=critical,keyCertSign',
      '-out',
      at('root.pem'),
    ])
    const copied = ['-copy_extensions', 'copy', '-days', '20']
    const signer = ['-CA', at('root.pem'), '-CAkey', at('root.key')]
    await must('openssl', ['x509', '-req', '-in', at('ca.csr'), ...signer, ...copied, '-out', at('ca.pem')])

    const [ca] = decodePem(await readFile(at('ca.pem'), 'utf8'))
    const issuer = { certificate: parseCertificate(ca as Buffer), key }
    // Now in openssl's time: the foreign root has just been made by its clock.
    const now = new Date(issuer.certificate.notBefore.getTime() + 1000)
    const leaf = await sign(prepare(await newOrder(issuer, { now })), key)
    await writeFile(at('leaf.pem'), encodePem('CERTIFICATE', leaf))
    const args = ['verify', '-x509_strict', '-attime', String(now.getTime() / 1000), '-purpose', 'sslclient']
    const chain = ['-CAfile', at('root.pem'), '-untrusted', at('ca.pem'), at('leaf.pem')]
    expect((await must('openssl', [...args, ...chain])).toString()).toMatch(/leaf\.pem: OK/)
  })
})
