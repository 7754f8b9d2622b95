import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { der } from '@chancery/pki'
import { afterAll, expect, test } from 'vitest'
import { CSR, DEFAULT, DEVICE, message, open, RA, raKey } from '../testing/exchange.ts'
import { commonName, extension, keyUsageExtension, rawCertificate } from '../testing/raw-certificate.ts'

/** Envelopes made by OpenSSL, wrapped in a message of our own writing. */

const directory = mkdtempSync(join(tmpdir(), 'scep-'))
afterAll(() => rmSync(directory, { recursive: true }))

function file(name: string, content: Buffer | string): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

const pem = (certificate: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

function encrypt(certificate: Buffer, ...options: string[]): Buffer {
  const content = file('csr.der', CSR)
  const recipient = file('recipient.pem', pem(certificate))
  const out = join(directory, 'envelope.der')
  execFileSync('openssl', [
    'cms',
    '-encrypt',
    '-binary',
    '-in',
    content,
    '-outform',
    'DER',
    '-out',
    out,
    '-recip',
    recipient,
    ...options,
  ])
  return readFileSync(out)
}

test.each([
  ['AES-128', ['-aes128']],
  ['AES-256', ['-aes256']],
  ['3DES', ['-des3']],
  ['S-2.9-06 RSA-OAEP with SHA-1', ['-aes128', '-keyopt', 'rsa_padding_mode:oaep']],
  ['C-AL-06 RSA-OAEP with SHA-256', ['-aes128', '-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256']],
  ['C-BER-01 a stream of segments', ['-aes128', '-stream']],
])('an envelope that OpenSSL made with %s opens', async (_, options) => {
  const eContent = encrypt(RA.certificate, ...options)
  expect((await open(message({ eContent }))).csr.der).toEqual(CSR)
})

test('S-3.1-07 an envelope that OpenSSL addressed by key identifier opens', async () => {
  const identifier = extension('2.5.29.14', false, der.octetString(Buffer.alloc(20, 1)))
  const ra = rawCertificate({
    subject: commonName('by key identifier'),
    extensions: [identifier, keyUsageExtension(0, 2)],
  })
  const eContent = encrypt(ra.certificate, '-aes128', '-keyid')
  const request = await open(message({ eContent }), DEFAULT, [raKey(ra)])
  expect(request.csr.der).toEqual(CSR)
})

test('S-3.3.1-01 a request that OpenSSL made as PKCS#10 opens', async () => {
  const key = file('key.pem', DEVICE.privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const config = file(
    'req.cnf',
    '[req]\nprompt=no\ndistinguished_name=dn\nattributes=attr\n[dn]\nCN=device1\n[attr]\nchallengePassword=Secret 9\n',
  )
  const content = execFileSync('openssl', ['req', '-new', '-key', key, '-config', config, '-outform', 'DER', '-sha256'])
  const request = await open(message({}, { content }))
  expect(request.challengePassword?.reveal()).toBe('Secret 9')
})
