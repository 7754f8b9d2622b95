import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePem } from '@chancery/pki'
import { expect, test } from 'vitest'
import { must } from '../../../tests/command.ts'
import { CaError } from './ca-error.ts'
import { buildCrl, REMOVE_FROM_CRL } from './crl.ts'
import { NOW, newIssuer } from './test-issuer.ts'

const nextUpdate = new Date(NOW.getTime() + 7 * 86_400_000)

test.each(['rsa-2048', 'p-256', 'p-384'] as const)('a CRL of a %s CA is verified by openssl', async (kind) => {
  const issuer = await newIssuer(kind)
  const revoked = [{ serialNumber: Buffer.from('4a0b', 'hex'), at: NOW, reason: 1 }]
  const crl = await buildCrl({ issuer, number: 7n, thisUpdate: NOW, nextUpdate, revoked })
  const folder = await mkdtemp(join(tmpdir(), 'chancery-crl-'))
  try {
    const ca = join(folder, 'ca.pem')
    await writeFile(ca, encodePem('CERTIFICATE', issuer.certificate.der))
    // Also proves the signature: without a good one openssl ends with an error.
    const text = (await must('openssl', ['crl', '-inform', 'DER', '-CAfile', ca, '-text'], { input: crl })).toString()
    expect(text).toMatch(/CRL Number:\s+7/)
    expect(text).toMatch(/Serial Number: 4A0B[\s\S]*Key Compromise/)
    expect(text).toContain('Authority Key Identifier')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('an empty CRL has no list of revoked certificates (RFC 5280 §5.1.2.6)', async () => {
  const issuer = await newIssuer('p-256')
  const crl = await buildCrl({ issuer, number: 1n, thisUpdate: NOW, nextUpdate, revoked: [] })
  const text = (await must('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], { input: crl })).toString()
  expect(text).toContain('No Revoked Certificates')
})

test('a delta CRL says to which one it adds, and openssl reads it so', async () => {
  const issuer = await newIssuer('p-256')
  const revoked = [{ serialNumber: Buffer.from('4a0b', 'hex'), at: NOW, reason: REMOVE_FROM_CRL }]
  const crl = await buildCrl({ issuer, number: 9n, thisUpdate: NOW, nextUpdate, revoked, baseNumber: 7n })
  const text = (await must('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], { input: crl })).toString()
  expect(text).toMatch(/Delta CRL Indicator: critical\s+7/)
  expect(text).toMatch(/Serial Number: 4A0B[\s\S]*Remove From CRL/)
})

test('a complete CRL says where its delta is, and one of a shard which distribution point it is for', async () => {
  const issuer = await newIssuer('p-256')
  const order = { issuer, number: 9n, thisUpdate: NOW, nextUpdate, revoked: [] }
  const textOf = async (crl: Buffer) =>
    (await must('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], { input: crl })).toString()
  const complete = await textOf(await buildCrl({ ...order, freshestCrlUrl: 'http://ca.example/1.delta.crl' }))
  expect(complete).toMatch(/Freshest CRL:\s+Full Name:\s+URI:http:\/\/ca\.example\/1\.delta\.crl/)
  const shard = await textOf(await buildCrl({ ...order, distributionPoint: ['http://ca.example/1/3.crl'] }))
  expect(shard).toMatch(/Issuing Distribution Point: critical\s+Full Name:\s+URI:http:\/\/ca\.example\/1\/3\.crl/)
})

test('a CRL that would contradict itself is not made', async () => {
  const issuer = await newIssuer('p-256')
  const order = { issuer, number: 9n, thisUpdate: NOW, nextUpdate, revoked: [] }
  const removed = [{ serialNumber: Buffer.from([1]), at: NOW, reason: REMOVE_FROM_CRL }]
  for (const wrong of [
    { revoked: removed },
    { baseNumber: 10n },
    { baseNumber: 9n, freshestCrlUrl: 'http://ca.example/1.delta.crl' },
    { distributionPoint: [] },
  ]) {
    await expect(buildCrl({ ...order, ...wrong })).rejects.toThrow(CaError)
  }
})
