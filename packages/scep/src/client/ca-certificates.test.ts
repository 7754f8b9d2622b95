import { certsOnly, der, parseCertificate } from '@chancery/pki'
import { expect, test } from 'vitest'
import { CA, NOW, RA } from '../testing/exchange.ts'
import { caExtension, commonName, extension, rawCertificate } from '../testing/raw-certificate.ts'
import { parseCaCertificates } from './ca-certificates.ts'
import { verifyCaCertificates } from './trust.ts'

const SET = certsOnly([RA.certificate, CA.certificate])

test('S-4.2.1-01 the bytes decide what it is, whatever the label says', () => {
  for (const label of [
    undefined,
    'application/x-x509-ca-cert',
    'Application/X-X509-RA-CA-Certs; charset=x',
    'text/html',
  ]) {
    expect(parseCaCertificates(CA.certificate, label).map(({ der }) => der)).toEqual([CA.certificate])
    expect(parseCaCertificates(SET, label).map(({ der }) => der)).toEqual([RA.certificate, CA.certificate])
  }
})

test.each([
  ['PEM', Buffer.from(`-----BEGIN CERTIFICATE-----\n${CA.certificate.toString('base64')}\n-----END CERTIFICATE-----`)],
  ['HTML', Buffer.from('<html></html>')],
  ['nothing', Buffer.alloc(0)],
  ['an empty set', certsOnly([])],
  ['a set of something else', certsOnly([der.sequence(der.integer(1))])],
])('S-4.2.1-01 %s is an error', (_, body) => {
  expect(() => parseCaCertificates(body, 'application/x-x509-ca-cert')).toThrow(
    expect.objectContaining({ reason: 'reply_invalid' }),
  )
})

const ca = parseCertificate(CA.certificate)
const ra = parseCertificate(RA.certificate)

test('S-2.2-04 D-2.4-01 an RA certificate that the authenticated CA issued is believed', () => {
  expect(() => verifyCaCertificates([ra, ca], ca, NOW)).not.toThrow()
})

test('S-2.2-04 an issuing CA below the authenticated root, and the root above an authenticated CA, are believed', () => {
  const issuing = rawCertificate({
    subject: commonName('issuing'),
    issuer: commonName('Test CA'),
    issuerKey: CA.privateKey,
    extensions: [caExtension()],
  })
  const device = rawCertificate({
    subject: commonName('ra'),
    issuer: commonName('issuing'),
    issuerKey: issuing.privateKey,
  })
  const all = [device, issuing, CA].map(({ certificate }) => parseCertificate(certificate))
  expect(() => verifyCaCertificates(all, ca, NOW)).not.toThrow()
  expect(() => verifyCaCertificates(all, all[1] as typeof ca, NOW)).not.toThrow()
})

test('S-2.2-04 D-2.4-01 certificates of another key, or out of their validity, are not', () => {
  const other = rawCertificate({ subject: commonName('Test CA'), extensions: [caExtension()] })
  const forged = rawCertificate({ issuer: commonName('Test CA'), issuerKey: other.privateKey })
  const old = rawCertificate({
    issuer: commonName('Test CA'),
    issuerKey: CA.privateKey,
    notAfter: new Date('2026-02-01T00:00:00Z'),
  })
  const self = rawCertificate({ subject: commonName('on its own') })
  for (const { certificate } of [forged, old, self, other]) {
    expect(() => verifyCaCertificates([parseCertificate(certificate), ca], ca, NOW)).toThrow(
      expect.objectContaining({ reason: 'ca_certificates_untrusted' }),
    )
  }
})

test('S-3.2-10 D-2.4-01 a certificate that the CA issued to a client does not pass for its RA', () => {
  const purposes = (...oids: string[]) => [extension('2.5.29.37', false, der.sequence(...oids.map(der.oid)))]
  const issue = (...oids: string[]) =>
    parseCertificate(
      rawCertificate({
        subject: commonName('device7'),
        issuer: commonName('Test CA'),
        issuerKey: CA.privateKey,
        extensions: purposes(...oids),
      }).certificate,
    )
  const client = '1.3.6.1.5.5.7.3.2'
  expect(() => verifyCaCertificates([issue(client), ca], ca, NOW)).toThrow(
    expect.objectContaining({ reason: 'ca_certificates_untrusted' }),
  )
  expect(() => verifyCaCertificates([issue(client, '1.3.6.1.4.1.311.20.2.1'), ca], ca, NOW)).not.toThrow()
})

test('S-4.2.1-01 more certificates than a message may have are read, but not any number', () => {
  const set = (count: number) => certsOnly(Array.from({ length: count }, () => CA.certificate))
  expect(parseCaCertificates(set(32))).toHaveLength(32)
  expect(() => parseCaCertificates(set(33))).toThrow(expect.objectContaining({ reason: 'reply_invalid' }))
})

test('S-2.2-04 CAs that certify each other in circles do not hold the client', () => {
  const root = rawCertificate({ subject: commonName('elsewhere'), extensions: [caExtension()] })
  const key = root.privateKey
  const issue = (subject: string, issuer: string, serial: number) =>
    parseCertificate(
      rawCertificate({
        subject: commonName(subject),
        issuer: commonName(issuer),
        privateKey: key,
        issuerKey: key,
        serial: Buffer.from([serial]),
        extensions: [caExtension()],
      }).certificate,
    )
  // Along every path these are 8^8 signatures.
  const circle = Array.from({ length: 8 }, (_, i) => [issue('A', 'B', i + 1), issue('B', 'A', i + 1)]).flat()
  expect(() => verifyCaCertificates([...circle, ca], ca, NOW)).toThrow(
    expect.objectContaining({ reason: 'ca_certificates_untrusted' }),
  )
})
