import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, type KeyKind, selfSignedRoot } from '@chancery/ca'
import {
  basicConstraints,
  buildCertificationRequest,
  type Certificate,
  type CertificationRequest,
  crlDistributionPoints,
  encodePem,
  extendedKeyUsage,
  freshestCrl,
  type GeneralName,
  keyUsage,
  nameFromText,
  parseCertificate,
  parseCertificationRequest,
  serialToHex,
  softwareSigningKey,
  verifyCertificate,
} from '@chancery/pki'
import {
  type CertificateOrder,
  DEFAULT_APPROVAL_RULE,
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_KEY_RULES,
  DEFAULT_RA_PROFILE_METADATA,
  DEFAULT_SUBJECT_RULES,
  type RaProfile,
} from '@chancery/ra'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '../../../../tests/command.ts'
import { type BuiltInIssuer, builtInAuthority } from './built-in.ts'

const NOW = new Date('2026-01-15T12:00:00Z')
const PROFILE: RaProfile = {
  id: 1,
  uuid: 'r',
  name: 'default',
  description: null,
  enabled: true,
  authorityId: 1,
  scepProfileId: 1,
  certificate: DEFAULT_CERTIFICATE_SETTINGS,
  subject: DEFAULT_SUBJECT_RULES,
  keys: DEFAULT_KEY_RULES,
  approval: DEFAULT_APPROVAL_RULE,
  metadata: DEFAULT_RA_PROFILE_METADATA,
}
const URLS = { crlUrl: 'http://ca.example/pki/a/1.crl', caIssuersUrl: 'http://ca.example/pki/a/1.crt' }

async function newIssuer(id: number, kind: KeyKind = 'p-256'): Promise<BuiltInIssuer> {
  const key = softwareSigningKey(await generateKey(kind))
  const subject = nameFromText(`CN=Root ${id}`)
  return { id, key, certificate: parseCertificate(await selfSignedRoot({ subject, key, now: NOW })) }
}

async function newRequest(subject = 'CN=printer1', kind: KeyKind = 'p-256'): Promise<CertificationRequest> {
  const key = softwareSigningKey(await generateKey(kind))
  return parseCertificationRequest(await buildCertificationRequest({ subject: nameFromText(subject), key }))
}

async function newOrder(changes: Partial<CertificateOrder> = {}): Promise<CertificateOrder> {
  const csr = changes.csr ?? (await newRequest())
  return { raProfile: PROFILE, subject: csr.subject, subjectAltNames: [], extensions: [], csr, now: NOW, ...changes }
}

async function issue(issuer: BuiltInIssuer, order: CertificateOrder): Promise<Certificate> {
  const authority = builtInAuthority({ issuer, ...URLS })
  const prepared = authority.prepare(order)
  return parseCertificate(await authority.sign(prepared.tbs, prepared.issuerId))
}

const refusal = (detail: RegExp) =>
  expect.objectContaining({ reason: 'enrolment_refused', detail: expect.stringMatching(detail) })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-authority-'))
})
afterAll(() => rm(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

describe('the built-in authority', () => {
  test.each(['rsa-2048', 'p-384'] as const)('issues from a %s CA what openssl verifies', async (kind) => {
    const issuer = await newIssuer(1, kind)
    const certificate = await issue(issuer, await newOrder({ subjectAltNames: [{ type: 'dns', value: 'a.example' }] }))
    await writeFile(at('ca.pem'), encodePem('CERTIFICATE', issuer.certificate.der))
    await writeFile(at('leaf.pem'), encodePem('CERTIFICATE', certificate.der))
    const args = ['-x509_strict', '-attime', String(NOW.getTime() / 1000), '-purpose', 'sslclient']
    expect((await must('openssl', ['verify', ...args, '-CAfile', at('ca.pem'), at('leaf.pem')])).toString()).toMatch(
      /OK/,
    )
  })

  test('describes what it prepared: the record is the certificate but for its signature', async () => {
    const issuer = await newIssuer(5)
    const authority = builtInAuthority({ issuer })
    const names: GeneralName[] = [{ type: 'dns', value: 'a.example' }]
    const prepared = authority.prepare(await newOrder({ subjectAltNames: names }))
    expect(prepared).toMatchObject({ issuerId: 5, subject: 'CN=printer1', subjectAltNames: ['DNS:a.example'] })
    const certificate = parseCertificate(await authority.sign(prepared.tbs, 5))
    expect(certificate.tbs).toEqual(prepared.tbs)
    expect(serialToHex(certificate.serialNumber)).toBe(serialToHex(prepared.serialNumber))
    expect([certificate.notBefore, certificate.notAfter]).toEqual([prepared.notBefore, prepared.notAfter])
  })

  test('interop-77 gives what the profile says: days, uses, purposes, URLs', async () => {
    const certificate = await issue(
      await newIssuer(1),
      await newOrder({
        csr: await newRequest('CN=a', 'rsa-2048'),
        raProfile: {
          ...PROFILE,
          certificate: {
            ...DEFAULT_CERTIFICATE_SETTINGS,
            validityDays: 30,
            backdateSeconds: 0,
            keyUsage: ['digitalSignature', 'nonRepudiation'],
            extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.17'],
          },
        },
      }),
    )
    expect(keyUsage(certificate)).toEqual(['digitalSignature', 'nonRepudiation'])
    expect(extendedKeyUsage(certificate)).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.17'])
    expect([certificate.notBefore, certificate.notAfter]).toEqual([NOW, new Date('2026-02-14T12:00:00Z')])
    const text = (
      await must('openssl', ['x509', '-inform', 'DER', '-noout', '-text'], { input: certificate.der })
    ).toString()
    for (const url of Object.values(URLS)) expect(text).toContain(`URI:${url}`)
  })

  test('S-7-08 S-3.3.2.1-09 gives nothing of what a CSR of openssl asks for beyond its names', async () => {
    await writeFile(
      at('greedy.cnf'),
      [
        '[req]\ndistinguished_name=dn\nreq_extensions=ext\nprompt=no\n[dn]\nCN=printer1\n[ext]',
        'basicConstraints=critical,CA:TRUE,pathlen:3',
        'keyUsage=critical,keyCertSign,cRLSign,digitalSignature',
        'extendedKeyUsage=anyExtendedKeyUsage,OCSPSigning,timeStamping,codeSigning',
        'nameConstraints=permitted;DNS:example',
        'certificatePolicies=2.5.29.32.0',
        'policyConstraints=requireExplicitPolicy:0',
        '1.3.6.1.4.1.311.25.2=ASN1:UTF8String:S-1-5-21-1-2-3-500',
        'subjectAltName=DNS:printer1.example',
      ].join('\n'),
    )
    const newKey = ['-newkey', 'rsa:2048', '-nodes', '-keyout', at('greedy.key')]
    await must('openssl', [
      'req',
      '-new',
      '-config',
      at('greedy.cnf'),
      ...newKey,
      '-outform',
      'DER',
      '-out',
      at('g.csr'),
    ])
    const csr = parseCertificationRequest(await readFile(at('g.csr')))
    const certificate = await issue(
      await newIssuer(1),
      await newOrder({ csr, subjectAltNames: [{ type: 'dns', value: 'printer1.example' }] }),
    )
    expect(basicConstraints(certificate)).toMatchObject({ ca: false })
    expect(keyUsage(certificate)).toEqual(['digitalSignature', 'keyEncipherment'])
    expect(extendedKeyUsage(certificate)).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(certificate.extensions.map(({ oid }) => oid)).toEqual([
      '2.5.29.19',
      '2.5.29.15',
      '2.5.29.37',
      '2.5.29.35',
      '2.5.29.14',
      '2.5.29.17',
      '2.5.29.31',
      '1.3.6.1.5.5.7.1.1',
    ])
  })

  test.each<[string, Partial<CertificateOrder>, RegExp]>([
    [
      'a security identifier',
      { subjectAltNames: [{ type: 'uri', value: 'tag:microsoft.com,2022-09-14:sid:S-1-5-21' }] },
      /security identifier/,
    ],
    [
      'a name type that no profile grants',
      { subjectAltNames: [{ type: 'registeredId', value: '1.2.3' }] },
      /no names of/,
    ],
    ['nobody', { subject: nameFromText('') }, /names nobody/],
  ])(
    'S-7-08 refuses an order for %s in terms of SCEP, with the reason for the administrator',
    async (_, changes, why) => {
      const authority = builtInAuthority({ issuer: await newIssuer(1) })
      const order = await newOrder(changes)
      expect(() => authority.prepare(order)).toThrow(refusal(why))
    },
  )

  test.each<[string, Partial<CertificateOrder>, string]>([
    [
      'S-7-08 a profile that grants anyExtendedKeyUsage',
      { raProfile: { ...PROFILE, certificate: { ...PROFILE.certificate, extendedKeyUsage: ['2.5.29.37.0'] } } },
      'ERR_CA_TEMPLATE',
    ],
    ['a CA that has expired', { now: new Date('2040-01-01T00:00:00Z') }, 'ERR_CA_ISSUER'],
  ])('%s is our own fault, and no refusal of the device', async (_, changes, code) => {
    const authority = builtInAuthority({ issuer: await newIssuer(1) })
    const order = await newOrder(changes)
    expect(() => authority.prepare(order)).toThrow(expect.objectContaining({ name: 'CaError', code }))
  })

  test('interop-75 keeps the subject of the CSR byte for byte', async () => {
    const csr = await newRequest('CN=printer 1,OU=Büro,O=Example')
    expect((await issue(await newIssuer(1), await newOrder({ csr }))).subject.der).toEqual(csr.subject.der)
  })

  test('every certificate has a serial number of its own', async () => {
    const authority = builtInAuthority({ issuer: await newIssuer(1) })
    const order = await newOrder()
    const serials = Array.from({ length: 500 }, () => serialToHex(authority.prepare(order).serialNumber))
    expect(new Set(serials).size).toBe(500)
  })
})

describe('after a crash', () => {
  test('a TBS read back is signed by the issuer that it was prepared for, retired or not', async () => {
    const [first, second] = [await newIssuer(1), await newIssuer(2)]
    const { tbs, issuerId } = builtInAuthority({ issuer: first }).prepare(await newOrder())
    const restarted = builtInAuthority({ issuer: second, otherIssuers: [first] })
    const certificate = parseCertificate(await restarted.sign(Buffer.from(tbs), issuerId))
    expect(verifyCertificate(certificate, first.key.publicKey)).toBe(true)
  })

  test('S-7-08 a TBS that was changed in the store is not signed', async () => {
    const issuer = await newIssuer(1)
    const authority = builtInAuthority({ issuer })
    expect(() => authority.sign(issuer.certificate.tbs, 1)).toThrow(expect.objectContaining({ code: 'ERR_CA_ORDER' }))
  })

  test('an issuer that is gone signs nothing', async () => {
    const authority = builtInAuthority({ issuer: await newIssuer(1) })
    const { tbs } = authority.prepare(await newOrder())
    expect(() => authority.sign(tbs, 9)).toThrow(/no issuer 9/)
  })
})

test('RFC 5280 §5.2.5: with shards a certificate names the CRL of the one that it is recorded under, without, the complete one', async () => {
  const issuer = await newIssuer(1)
  const urls = { ...URLS, freshestCrlUrl: 'http://ca.example/pki/a/1.delta.crl' }
  const shards = { count: 3, url: (shard: number) => `http://ca.example/pki/a/1/${shard}.crl` }
  const order = await newOrder()
  const named = async (authority: ReturnType<typeof builtInAuthority>) => {
    const { tbs, shard } = authority.prepare(order)
    const certificate = parseCertificate(await authority.sign(tbs, 1))
    return { shard, crl: crlDistributionPoints(certificate), delta: freshestCrl(certificate) }
  }
  const divided = builtInAuthority({ issuer, shards, ...urls })
  const met = new Set<number>()
  for (let one = 0; one < 60; one++) {
    const { shard = 0, crl, delta } = await named(divided)
    expect({ crl, delta }, 'the delta is one of the complete CRL').toEqual({ crl: [shards.url(shard)], delta: [] })
    met.add(shard)
  }
  expect([...met].toSorted()).toEqual([1, 2, 3])
  expect(await named(builtInAuthority({ issuer, ...urls }))).toEqual({
    shard: undefined,
    crl: [urls.crlUrl],
    delta: [urls.freshestCrlUrl],
  })
})

test('an authority is in this process exactly when all its keys are', async () => {
  const issuer = await newIssuer(1)
  const { key } = issuer
  const distant = { ...issuer, key: { publicKey: key.publicKey, inProcess: false, sign: key.sign.bind(key) } }
  expect(builtInAuthority({ issuer }).inProcess).toBe(true)
  expect(builtInAuthority({ issuer: distant }).inProcess).toBe(false)
})
