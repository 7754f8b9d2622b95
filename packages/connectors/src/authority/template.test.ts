import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey, selfSignedRoot } from '@chancery/ca'
import {
  buildCertificationRequest,
  buildExtension,
  buildName,
  type Extension,
  encodePem,
  extendedKeyUsage,
  nameFromText,
  parseCertificate,
  parseCertificationRequest,
  requestedExtensions,
  softwareSigningKey,
} from '@chancery/pki'
import {
  type CertificateSettings,
  DEFAULT_APPROVAL_RULE,
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_KEY_RULES,
  DEFAULT_RA_PROFILE_METADATA,
  DEFAULT_SUBJECT_RULES,
  type RaProfile,
} from '@chancery/ra'
import { expect, test } from 'vitest'
import { must } from '../../../../tests/command.ts'
import { builtInAuthority } from './built-in.ts'

const NOW = new Date('2026-01-15T12:00:00Z')
const TLS_FEATURE = '1.3.6.1.5.5.7.1.24'
const TEMPLATE_NAME = '1.3.6.1.4.1.311.20.2'
const SID = '1.3.6.1.4.1.311.25.2'
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'

const caKey = softwareSigningKey(await generateKey('p-256'))
const subject = nameFromText('CN=Root')
const issuer = {
  id: 1,
  key: caKey,
  certificate: parseCertificate(await selfSignedRoot({ subject, key: caKey, now: NOW })),
}
const authority = builtInAuthority({ issuer })
const deviceKey = softwareSigningKey(await generateKey('p-256'))

const mustStaple = buildExtension(TLS_FEATURE, true, Buffer.from('3003020105', 'hex'))
/** BMPString "User". */
const templateName = buildExtension(TEMPLATE_NAME, false, Buffer.from('1e080055007300650072', 'hex'))

function profile(certificate: Partial<CertificateSettings>, fixedNames: string[] = []): RaProfile {
  return {
    id: 1,
    uuid: 'r',
    name: 'default',
    description: null,
    enabled: true,
    authorityId: 1,
    scepProfileId: 1,
    certificate: { ...DEFAULT_CERTIFICATE_SETTINGS, ...certificate },
    subject: { ...DEFAULT_SUBJECT_RULES, subjectAltNames: [], fixedNames },
    keys: DEFAULT_KEY_RULES,
    approval: DEFAULT_APPROVAL_RULE,
    metadata: DEFAULT_RA_PROFILE_METADATA,
  }
}

async function prepare(raProfile: RaProfile, asked: Buffer[] = [], cn = 'printer1') {
  const csr = parseCertificationRequest(
    await buildCertificationRequest({
      subject: buildName([[{ oid: '2.5.4.3', value: cn }]]),
      key: deviceKey,
      extensions: asked,
    }),
  )
  const extensions: readonly Extension[] = requestedExtensions(csr)
  const subjectAltNames = raProfile.subject.fixedNames.length === 0 ? [] : [{ type: 'uri' as const, value: 'urn:a' }]
  return authority.prepare({ raProfile, subject: csr.subject, subjectAltNames, extensions, csr, now: NOW })
}

test('openssl reads purposes, policies, the end and the extensions that were taken over', async () => {
  const raProfile = profile(
    {
      validUntil: '2026-12-31T23:59:59.000Z',
      extendedKeyUsage: [CODE_SIGNING],
      allowRestrictedPurposes: [CODE_SIGNING],
      certificatePolicies: ['1.2.3.4', '1.2.3.5'],
      allowedExtensions: [
        { oid: TLS_FEATURE, critical: false },
        { oid: TEMPLATE_NAME, critical: true },
      ],
    },
    ['URI:urn:a'],
  )
  const prepared = await prepare(raProfile, [mustStaple, templateName])
  const der = await authority.sign(prepared.tbs, 1)
  const folder = await mkdtemp(join(tmpdir(), 'chancery-template-'))
  try {
    await writeFile(join(folder, 'c.pem'), encodePem('CERTIFICATE', der))
    const whole = String(await must('openssl', ['x509', '-in', join(folder, 'c.pem'), '-noout', '-text']))
    expect(whole).toMatch(/Not After : Dec 31 23:59:59 2026 GMT/)
    expect(whole).toMatch(/Extended Key Usage: *\n +Code Signing/)
    expect(whole).toMatch(/Certificate Policies: *\n +Policy: 1\.2\.3\.4\n +Policy: 1\.2\.3\.5/)
    expect(whole).toMatch(/TLS Feature: *\n +status_request/)
    expect(whole).toMatch(/(1\.3\.6\.1\.4\.1\.311\.20\.2|Microsoft certificate template): critical/i)
    expect(whole).toContain('URI:urn:a')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('S-7-08 an extension that the profile does not name, and one that no profile may name, are not issued', async () => {
  await expect(prepare(profile({}), [mustStaple])).rejects.toEqual(
    expect.objectContaining({ reason: 'enrolment_refused', detail: expect.stringContaining(TLS_FEATURE) }),
  )
  const sid = buildExtension(SID, false, Buffer.from('3000', 'hex'))
  const raProfile = profile({ allowedExtensions: [{ oid: SID, critical: false }] })
  await expect(prepare(raProfile, [sid])).rejects.toEqual(
    expect.objectContaining({ code: 'ERR_CA_TEMPLATE', message: expect.stringContaining('security identifier') }),
  )
})

test('C-BER-05 an extension that is not in DER is not taken over', async () => {
  const raProfile = profile({ allowedExtensions: [{ oid: TLS_FEATURE, critical: false }] })
  const ber = buildExtension(TLS_FEATURE, false, Buffer.from('30800201050000', 'hex'))
  await expect(prepare(raProfile, [ber])).rejects.toEqual(expect.objectContaining({ reason: 'enrolment_refused' }))
})

test('a restricted purpose is issued only where it is named twice', async () => {
  await expect(prepare(profile({ extendedKeyUsage: [CODE_SIGNING] }))).rejects.toEqual(
    expect.objectContaining({ message: expect.stringContaining('codeSigning') }),
  )
  const { tbs } = await prepare(profile({ extendedKeyUsage: [CODE_SIGNING], allowRestrictedPurposes: [CODE_SIGNING] }))
  expect(extendedKeyUsage(parseCertificate(await authority.sign(tbs, 1)))).toEqual([CODE_SIGNING])
})

test('a fixed end beyond the one of the CA is cut to it, and one in the past is refused', async () => {
  const { notAfter } = await prepare(profile({ validUntil: '2099-01-01T00:00:00.000Z' }))
  expect(notAfter).toEqual(issuer.certificate.notAfter)
  await expect(prepare(profile({ validUntil: '2026-01-15T12:00:00.000Z' }))).rejects.toEqual(
    expect.objectContaining({ reason: 'enrolment_refused' }),
  )
})

test.each(['x,O=Evil', 'x+OU=y', '#0c0161', 'é', ' x '])('the common name %j comes out as it went in', async (cn) => {
  const { tbs } = await prepare(profile({}), [], cn)
  const issued = parseCertificate(await authority.sign(tbs, 1))
  expect(issued.subject.rdns.flat().map(({ value }) => value)).toEqual([cn])
})
