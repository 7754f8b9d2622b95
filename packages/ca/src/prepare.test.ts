import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  buildGeneralNames,
  encodePem,
  extendedKeyUsage,
  type GeneralName,
  keyUsage,
  nameFromText,
  parseCertificate,
  parseName,
  publicKeyInfoOf,
  readElement,
  subjectAltNames,
  verifyCertificate,
} from '@chancery/pki'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '../../../tests/command.ts'
import { generateKey } from './generate-key.ts'
import type { Issuer } from './issuer.ts'
import { prepare } from './prepare.ts'
import { sign } from './sign.ts'
import { type CertificateTemplate, DEVICE_TEMPLATE, RA_CERTIFICATE_TEMPLATE } from './template.ts'
import { NOW, newIssuer, newOrder } from './test-issuer.ts'

const HOUR = 3600_000
const DAY = 24 * HOUR
const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-ca-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function issue(issuer: Issuer, changes: Parameters<typeof newOrder>[1] = {}): Promise<Buffer> {
  return sign(prepare(await newOrder(issuer, changes)), issuer.key)
}

async function opensslVerify(issuer: Issuer, certificate: Buffer, ...options: string[]): Promise<string> {
  const [ca, leaf] = [join(folder, 'ca.pem'), join(folder, 'leaf.pem')]
  await writeFile(ca, encodePem('CERTIFICATE', issuer.certificate.der))
  await writeFile(leaf, encodePem('CERTIFICATE', certificate))
  const time = String(NOW.getTime() / 1000)
  const args = ['verify', '-x509_strict', '-check_ss_sig', '-attime', time, ...options, '-CAfile', ca, leaf]
  return (await must('openssl', args)).toString()
}

async function opensslText(certificate: Buffer): Promise<string> {
  return (await must('openssl', ['x509', '-inform', 'DER', '-noout', '-text'], { input: certificate })).toString()
}

describe.each(['rsa-2048', 'p-256', 'p-384'] as const)('a certificate of a %s CA', (kind) => {
  test.each(['rsa-2048', 'p-256'] as const)('S-3.3.2.1-09 for a %s key passes openssl verify', async (device) => {
    const issuer = await newIssuer(kind)
    const certificate = await issue(issuer, { kind: device })
    expect(await opensslVerify(issuer, certificate, '-purpose', 'sslclient')).toMatch(/: OK/)
  })

  test('is signed with the digest that fits the key', async () => {
    const issuer = await newIssuer(kind)
    const algorithm = {
      'rsa-2048': 'sha256WithRSAEncryption',
      'p-256': 'ecdsa-with-SHA256',
      'p-384': 'ecdsa-with-SHA384',
    }
    expect(await opensslText(await issue(issuer))).toContain(`Signature Algorithm: ${algorithm[kind]}`)
  })
})

describe('an issued certificate', async () => {
  const issuer = await newIssuer('p-256')

  test('S-3.3.2.1-09 has the extensions of RFC 5280, and none beside them', async () => {
    const template: CertificateTemplate = {
      ...DEVICE_TEMPLATE,
      crlUrl: 'http://ca.example/pki/a/1.crl',
      caIssuersUrl: 'http://ca.example/pki/a/1.crt',
      ocspUrl: 'http://ca.example/ocsp/a',
    }
    const text = await opensslText(await issue(issuer, { template, kind: 'rsa-2048' }))
    expect(text.match(/X509v3 [A-Z][\w ]+(?=:)|Authority Information Access/g)).toEqual([
      'X509v3 Basic Constraints',
      'X509v3 Key Usage',
      'X509v3 Extended Key Usage',
      'X509v3 Authority Key Identifier',
      'X509v3 Subject Key Identifier',
      'X509v3 Subject Alternative Name',
      'X509v3 CRL Distribution Points',
      'Authority Information Access',
    ])
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/)
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment\n/)
    expect(text).toMatch(/Extended Key Usage: \s+TLS Web Client Authentication\n/)
    expect(text).toContain('URI:http://ca.example/pki/a/1.crl')
    expect(text).toContain('CA Issuers - URI:http://ca.example/pki/a/1.crt')
    expect(text).toContain('OCSP - URI:http://ca.example/ocsp/a')
  })

  test('says nothing about CRL and AIA while no URL is known', async () => {
    const oids = parseCertificate(await issue(issuer)).extensions.map(({ oid }) => oid)
    expect(oids).not.toContain('2.5.29.31')
    expect(oids).not.toContain('1.3.6.1.5.5.7.1.1')
  })

  test('interop-79 has the key usages that its key is able to', async () => {
    const usage = async (kind: 'rsa-2048' | 'p-256') => keyUsage(parseCertificate(await issue(issuer, { kind })))
    expect(await usage('rsa-2048')).toEqual(['digitalSignature', 'keyEncipherment'])
    expect(await usage('p-256')).toEqual(['digitalSignature'])
  })

  test('S-7-08 whose key can do nothing of what the template wants is refused, not issued without key usage', async () => {
    const template: CertificateTemplate = { ...DEVICE_TEMPLATE, keyUsage: ['keyEncipherment'] }
    await expect(issue(issuer, { template })).rejects.toEqual(refusal('ERR_CA_TEMPLATE', /no use of keyEncipherment/))
  })

  test('interop-77 always has a purpose: an empty list is refused', async () => {
    const template: CertificateTemplate = { ...DEVICE_TEMPLATE, extendedKeyUsage: [] }
    await expect(issue(issuer, { template })).rejects.toEqual(refusal('ERR_CA_TEMPLATE', /without a purpose/))
  })

  test.each([
    ['anyExtendedKeyUsage', '2.5.29.37.0'],
    ['OCSPSigning', '1.3.6.1.5.5.7.3.9'],
    ['timeStamping', '1.3.6.1.5.5.7.3.8'],
  ])('S-7-08 has no %s because a profile lists it', async (name, oid) => {
    const template: CertificateTemplate = { ...DEVICE_TEMPLATE, extendedKeyUsage: ['1.3.6.1.5.5.7.3.2', oid] }
    await expect(issue(issuer, { template })).rejects.toEqual(refusal('ERR_CA_TEMPLATE', new RegExp(name)))
  })

  test('has OCSPSigning when its template names it twice', async () => {
    const ocspSigning = ['1.3.6.1.5.5.7.3.9']
    const template: CertificateTemplate = {
      ...DEVICE_TEMPLATE,
      extendedKeyUsage: ocspSigning,
      restrictedPurposes: ocspSigning,
    }
    expect(extendedKeyUsage(parseCertificate(await issue(issuer, { template })))).toEqual(ocspSigning)
  })

  test('interop-76 with an empty subject has its names in a critical extension', async () => {
    const certificate = await issue(issuer, { subject: nameFromText('') })
    expect(await opensslText(certificate)).toMatch(/Subject Alternative Name: critical\s+DNS:printer1.example/)
    expect(await opensslVerify(issuer, certificate)).toMatch(/: OK/)
  })

  test('interop-76 with neither subject nor names is refused', async () => {
    await expect(issue(issuer, { subject: nameFromText(''), subjectAltNames: [] })).rejects.toEqual(
      refusal('ERR_CA_ORDER', /names nobody/),
    )
  })

  test('interop-75 keeps the order and the string types of the subject, byte for byte', async () => {
    // CN as T61String before unstructuredName as IA5String: a Cisco router's way.
    const name = parseName(
      readElement(
        Buffer.from(
          '3029310e300c0603550403140572746572313117301506092a864886f70d010902160872312e6c6f63616c'.replace(/\s/g, ''),
          'hex',
        ),
      ),
    )
    expect(parseCertificate(await issue(issuer, { subject: name })).subject.der).toEqual(name.der)
  })

  test('carries the names that were ordered, in their order', async () => {
    const names: GeneralName[] = [
      { type: 'uri', value: 'IntuneDeviceId://0f5e' },
      { type: 'ip', value: '2001:db8::1' },
      { type: 'email', value: 'a@example.org' },
      { type: 'dns', value: 'a.example' },
    ]
    const certificate = parseCertificate(await issue(issuer, { subjectAltNames: names }))
    expect(subjectAltNames(certificate)).toEqual(names)
    expect(certificate.extensions.find(({ oid }) => oid === '2.5.29.17')?.value).toEqual(buildGeneralNames(names))
  })

  test('S-7-08 has no names of a type that the template does not grant', async () => {
    const template: CertificateTemplate = { ...DEVICE_TEMPLATE, subjectAltNames: ['ip'] }
    await expect(issue(issuer, { template })).rejects.toEqual(refusal('ERR_CA_ORDER', /no names of type dns/))
  })

  test('S8 has no Microsoft security identifier among its names, however it is written', async () => {
    const names: GeneralName[] = [{ type: 'uri', value: 'TAG:microsoft.com,2022-09-14:SID:S-1-5-21-1-2-3-500' }]
    await expect(issue(issuer, { subjectAltNames: names })).rejects.toEqual(
      refusal('ERR_CA_ORDER', /security identifier/),
    )
  })

  test('has one where somebody vouches for it, and still no extension with one', async () => {
    const names: GeneralName[] = [{ type: 'uri', value: 'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500' }]
    const certificate = parseCertificate(await issue(issuer, { subjectAltNames: names, vouched: true }))
    expect(subjectAltNames(certificate)).toEqual(names)
    const extensions = [{ oid: '1.3.6.1.4.1.311.25.2', value: Buffer.from('3000', 'hex') }]
    const template = { ...DEVICE_TEMPLATE, extensions: [{ oid: '1.3.6.1.4.1.311.25.2', critical: false }] }
    await expect(issue(issuer, { template, extensions, vouched: true })).rejects.toEqual(
      refusal('ERR_CA_TEMPLATE', /never taken over/),
    )
  })

  test('S23 is never for the key of the CA', async () => {
    await expect(issue(issuer, { publicKey: issuer.key.publicKey })).rejects.toEqual(
      refusal('ERR_CA_ORDER', /key is the one of the CA/),
    )
  })

  test('is refused for a subject that is BER only: readers of DER could not read it', async () => {
    const indefinite = parseName(readElement(Buffer.from('3080310c300a06035504030c03616263' + '0000', 'hex')))
    await expect(issue(issuer, { subject: indefinite })).rejects.toEqual(refusal('ERR_CA_ORDER', /not in DER/))
  })
})

describe('the validity', () => {
  test('begins an hour ago and ends in a year', async () => {
    const issuer = await newIssuer('p-256', new Date(NOW.getTime() - 30 * DAY))
    const { notBefore, notAfter } = prepare(await newOrder(issuer))
    expect(notBefore).toEqual(new Date(NOW.getTime() - HOUR))
    expect(notAfter).toEqual(new Date(NOW.getTime() + 365 * DAY))
  })

  test('S-3.3.2.1-09 begins with the CA when that is younger, and ends with it when that ends first', async () => {
    const issuer = await newIssuer('p-256')
    const template: CertificateTemplate = {
      ...DEVICE_TEMPLATE,
      backdateSeconds: 86_400,
      validitySeconds: 11 * 366 * 86_400,
    }
    const certificate = parseCertificate(await issue(issuer, { template }))
    expect(certificate.notBefore).toEqual(issuer.certificate.notBefore)
    expect(certificate.notAfter).toEqual(issuer.certificate.notAfter)
    expect(await opensslVerify(issuer, certificate.der)).toMatch(/: OK/)
  })

  test('has whole seconds, whatever the clock shows', async () => {
    const issuer = await newIssuer('p-256')
    const prepared = prepare(await newOrder(issuer, { now: new Date(NOW.getTime() + 1234) }))
    expect(prepared.notAfter.getTime()).toBe(NOW.getTime() + 1000 + 365 * DAY)
  })

  test('of an expired CA is none: nothing is issued any more', async () => {
    const issuer = await newIssuer('p-256')
    await expect(issue(issuer, { now: issuer.certificate.notAfter })).rejects.toEqual(
      refusal('ERR_CA_ISSUER', /expired/),
    )
  })
})

describe('an RA certificate', async () => {
  const issuer = await newIssuer('p-256')
  const order = { template: RA_CERTIFICATE_TEMPLATE, subject: nameFromText('CN=RA'), subjectAltNames: [] }

  test('interop-33 interop-34 S31 has both uses in a critical keyUsage, no purpose, and is no CA', async () => {
    const certificate = await issue(issuer, { ...order, kind: 'rsa-2048' })
    const text = await opensslText(certificate)
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment\n/)
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/)
    expect(text).not.toContain('Extended Key Usage')
    // What `openssl cms -verify` asks of a signer by default.
    expect(await opensslVerify(issuer, certificate, '-purpose', 'smimesign')).toMatch(/: OK/)
  })

  test('interop-79 is RSA, whatever the CA is: clients envelope to it by key transport', async () => {
    await expect(issue(issuer, { ...order, kind: 'p-256' })).rejects.toEqual(refusal('ERR_CA_ORDER', /keys of type ec/))
  })
})

describe('signing', async () => {
  const issuer = await newIssuer('p-256')

  test('spends what was prepared: the second time it is refused', async () => {
    const prepared = prepare(await newOrder(issuer))
    const certificate = parseCertificate(await sign(prepared, issuer.key))
    expect(certificate.tbs).toEqual(prepared.tbs)
    expect(verifyCertificate(certificate, issuer.key.publicKey)).toBe(true)
    expect(() => sign(prepared, issuer.key)).toThrow(expect.objectContaining({ code: 'ERR_CA_SPENT' }))
  })

  test('takes only the key of the issuer that it was prepared for', async () => {
    const other = await newIssuer('p-256')
    const prepared = prepare(await newOrder(issuer))
    expect(() => sign(prepared, other.key)).toThrow(expect.objectContaining({ code: 'ERR_CA_ISSUER' }))
  })

  test('waits for a key that is not in this process', async () => {
    const { key } = issuer
    const distant: Issuer = {
      certificate: issuer.certificate,
      key: { publicKey: key.publicKey, inProcess: false, sign: async (data, scheme) => key.sign(data, scheme) },
    }
    const certificate = parseCertificate(await issue(distant))
    expect(verifyCertificate(certificate, key.publicKey)).toBe(true)
  })

  test('needs a CA: with a device certificate as issuer nothing is prepared', async () => {
    const device = await generateKey('p-256')
    const certificate = parseCertificate(await issue(issuer, { publicKey: publicKeyInfoOf(device) }))
    await expect(issue({ certificate, key: issuer.key })).rejects.toEqual(refusal('ERR_CA_ISSUER', /no CA/))
    const foreign = { certificate: issuer.certificate, key: (await newIssuer('p-256')).key }
    await expect(issue(foreign)).rejects.toEqual(refusal('ERR_CA_ISSUER', /key is not the one/))
  })
})
