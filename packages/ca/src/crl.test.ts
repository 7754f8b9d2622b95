import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePem } from '@chancery/pki'
import { expect, test } from 'vitest'
import { must } from '../../../tests/command.ts'
import { buildCrl } from './crl.ts'
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
