import { spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { must, run } from '../../../tests/command.ts'
import { temporaryFolder } from '../../../tests/folder.ts'
import * as pki from './index.ts'

/** A second opinion from another implementation; skipped where the `openssl` command is missing. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

const KEYS: readonly [string, readonly string[]][] = [
  ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
  ['P-256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
  ['P-384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']],
  ['P-521', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521']],
  ['Ed25519', ['-algorithm', 'ED25519']],
  ['RSA-PSS', ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048']],
]

const SANS = ['DNS:a.example', 'IP:2001:db8::1', 'email:a@b.example']
const NAMES = [
  'CN=a,O=b,C=DE',
  'CN=a\\,b\\+c\\;d',
  'CN=\\ a\\ ',
  'CN=\\#a',
  'OU=x,DC=example,DC=org',
  'CN=Größe 1,L=Zürich',
  'CN=a\\\\b\\"',
]

const PSS = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:-1']

describe.skipIf(!hasOpenssl)('OpenSSL', () => {
  const folder = temporaryFolder()
  const file = (name: string) => join(folder, name)

  /** One command that must succeed, in the folder of this test. */
  const openssl = (...args: string[]) => must('openssl', args, { cwd: folder })

  describe.each(KEYS)('%s', (name, options) => {
    const keyFile = `${name}.key`
    const key = async () => {
      await openssl('genpkey', ...options, '-out', keyFile)
      return pki.softwareSigningKey(createPrivateKey(readFileSync(file(keyFile))))
    }

    test('its certificate and request are read and verified by us', async () => {
      const { publicKey } = await key()
      const sans = ['-addext', 'subjectAltName=DNS:a.example,IP:2001:db8::1,email:a@b.example']
      const common = ['-new', '-key', keyFile, '-subj', '/O=Acme/CN=device', '-outform', 'DER', ...sans]
      await openssl('req', ...common, '-x509', '-days', '10', '-out', `${name}.crt`)
      const c = pki.parseCertificate(readFileSync(file(`${name}.crt`)))
      expect(pki.isSelfSigned(c)).toBe(true)
      expect(c.publicKey.digest()).toEqual(publicKey.digest())
      expect(pki.nameToText(c.subject)).toBe('CN=device,O=Acme')
      expect(pki.subjectAltNames(c).map(pki.generalNameToText)).toEqual(SANS)
      expect(pki.basicConstraints(c)?.ca).toBe(true)
      expect(pki.authorityKeyIdentifier(c)).toEqual(pki.subjectKeyIdentifier(c))

      await openssl('req', ...common, '-out', `${name}.csr`)
      const csr = pki.parseCertificationRequest(readFileSync(file(`${name}.csr`)))
      expect(pki.verifyCertificationRequest(csr)).toBe(true)
      expect(pki.requestedExtensions(csr).map((e) => pki.subjectAltNames(e).map(pki.generalNameToText))).toEqual([SANS])
    })

    test('our certificate, request and CRL are read and verified by it', async () => {
      const signer = await key()
      const der = await selfSigned(signer)
      writeFileSync(file(`${name}-ours.crt`), pki.encodePem('CERTIFICATE', der))
      await openssl('verify', '-check_ss_sig', '-x509_strict', '-CAfile', `${name}-ours.crt`, `${name}-ours.crt`)

      const subject = pki.nameFromText('CN=device+serialNumber=1,O=Ä')
      const extensions = [pki.buildSubjectAltName(SANS.map(pki.generalNameFromText), false)]
      const csr = await pki.buildCertificationRequest({ subject, key: signer, challengePassword: 'a b', extensions })
      writeFileSync(file(`${name}-ours.csr`), csr)
      const args = [
        'req',
        '-inform',
        'DER',
        '-in',
        `${name}-ours.csr`,
        '-noout',
        '-verify',
        '-text',
        '-nameopt',
        'RFC2253,-esc_msb,utf8',
      ]
      const { stdout, stderr } = await run('openssl', args, { cwd: folder })
      expect(`${stdout}${stderr}`).toMatch(/verify OK/i)
      expect(stdout.toString()).toMatch(/challengePassword\s*:a b/)
      expect(stdout.toString()).toContain('DNS:a.example, IP Address:2001:DB8:0:0:0:0:0:1, email:a@b.example')

      writeFileSync(file(`${name}-ours.crl`), await crlOf(signer, pki.parseCertificate(der).subject))
      const list = [
        'crl',
        '-inform',
        'DER',
        '-in',
        `${name}-ours.crl`,
        '-noout',
        '-text',
        '-CAfile',
        `${name}-ours.crt`,
      ]
      const read = await run('openssl', list, { cwd: folder })
      expect(read.stderr).toContain('verify OK')
      expect(read.stdout.toString()).toMatch(/Serial Number: 1234[\s\S]*Key Compromise/)
    })
  })

  test.each([
    ['32', ['-sha256', ...PSS]],
    ['222', ['-sha256', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:222']],
    ['20, everything at its default', ['-sha1', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:20']],
  ])('C-AL-05 an RSA key signs with PSS, salt of %s', async (_, options) => {
    await openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'pss.key')
    await openssl(
      'req',
      '-new',
      '-x509',
      '-key',
      'pss.key',
      '-subj',
      '/CN=a',
      ...options,
      '-outform',
      'DER',
      '-out',
      'pss.crt',
    )
    const c = pki.parseCertificate(readFileSync(file('pss.crt')))
    expect(c.publicKey.type).toBe('rsa')
    expect(pki.isSelfSigned(c)).toBe(true)
  })

  test.each(NAMES)('it writes the name %s as we do', async (text) => {
    const signer = pki.softwareSigningKey(createPrivateKey(await openssl('genpkey', '-algorithm', 'ED25519')))
    writeFileSync(
      file('name.csr'),
      await pki.buildCertificationRequest({ subject: pki.nameFromText(text), key: signer }),
    )
    const nameopt = 'RFC2253,-esc_msb,utf8,-dump_der'
    const printed = await openssl('req', '-inform', 'DER', '-in', 'name.csr', '-noout', '-subject', '-nameopt', nameopt)
    expect(
      printed
        .toString()
        .replace(/^subject=/, '')
        .replace(/\r?\n$/, ''),
    ).toBe(text)
  })
})

function schemeOf({ type, algorithm }: pki.PublicKeyInfo): pki.SignatureScheme {
  if (type === 'ec') return { key: 'ec', digest: 'sha384' }
  if (type === 'ed25519') return { key: 'ed25519' }
  return { key: 'rsa', padding: algorithm.oid.endsWith('.10') ? 'pss' : 'pkcs1', digest: 'sha256' }
}

async function selfSigned(key: pki.SigningKey): Promise<Buffer> {
  const name = pki.nameFromText('CN=Chancery test CA,O=Ä')
  const scheme = schemeOf(key.publicKey)
  const signature = pki.signatureAlgorithmIdentifier(scheme)
  const tbs = pki.buildTbsCertificate({
    serialNumber: Buffer.from('0102', 'hex'),
    signature,
    issuer: name,
    subject: name,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2099-01-01T00:00:00Z'),
    publicKey: key.publicKey.der,
    extensions: [
      pki.buildBasicConstraints({ ca: true }),
      pki.buildKeyUsage(['digitalSignature', 'keyCertSign', 'cRLSign']),
      pki.buildSubjectKeyIdentifier(key.publicKey.digest().subarray(0, 20)),
      pki.buildCrlDistributionPoints(['http://ca.example/1.crl']),
      pki.buildAuthorityInfoAccess({ ocsp: 'http://ca.example/ocsp' }),
    ],
  })
  return pki.assembleSigned(tbs, signature, await key.sign(tbs, scheme))
}

async function crlOf(key: pki.SigningKey, issuer: pki.Name): Promise<Buffer> {
  const scheme = schemeOf(key.publicKey)
  const signature = pki.signatureAlgorithmIdentifier(scheme)
  const at = new Date('2026-06-01T00:00:00Z')
  const tbs = pki.buildTbsCrl({
    signature,
    issuer,
    thisUpdate: at,
    nextUpdate: new Date('2099-01-01T00:00:00Z'),
    number: 7n,
    authorityKeyIdentifier: pki.buildAuthorityKeyIdentifier(key.publicKey.digest().subarray(0, 20)),
    revoked: [{ serialNumber: Buffer.from('1234', 'hex'), at, reason: 1 }],
  })
  return pki.assembleSigned(tbs, signature, await key.sign(tbs, scheme))
}
