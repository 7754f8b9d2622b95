import { certsOnly, der, parseCertificate, readElement } from '@chancery/pki'
import { expect, test } from 'vitest'
import { CA, certificateOf, NOW, RA } from '../testing/exchange.ts'
import { caExtension, commonName, extension, type RawIdentity, rawCertificate } from '../testing/raw-certificate.ts'
import { attribute, issuerAndSerial, type RawSignedOptions, rawSigned } from '../testing/raw-message.ts'
import { EXPECTED, ISSUED, openAs, reply, replyRefusal } from '../testing/reply.ts'
import { type ExpectedNextCa, openNextCa } from './next-ca.ts'
import { ScepClient } from './scep-client.ts'

const SOON = new Date('2026-07-01T00:00:00Z')
const LATER = new Date('2036-07-01T00:00:00Z')

const NEXT = rawCertificate({
  subject: commonName('Test CA 2'),
  extensions: [caExtension()],
  notBefore: SOON,
  notAfter: LATER,
})

const below = (issuer: RawIdentity, name: string, ...extensions: Buffer[]): RawIdentity =>
  rawCertificate({
    subject: commonName('Test RA 2'),
    issuer: commonName(name),
    issuerKey: issuer.privateKey,
    extensions,
    notBefore: SOON,
    notAfter: LATER,
  })

const EXPECTED_NEXT: ExpectedNextCa = { current: [certificateOf(CA)], now: NOW }

const nested = (...identities: RawIdentity[]): Buffer => certsOnly(identities.map(({ certificate }) => certificate))

/** As RFC 8894 §4.7.1 has it: certs-only, under the signature of the current CA, without attributes of SCEP. */
const announcement = (changes: Partial<RawSignedOptions> = {}): Buffer =>
  rawSigned({ signer: CA, attributes: [], eContent: nested(NEXT), ...changes })

const open = (body: Buffer, changes: Partial<ExpectedNextCa> = {}) => openNextCa(body, { ...EXPECTED_NEXT, ...changes })

const refusal = (detail: string) =>
  expect.objectContaining({ reason: 'next_ca_untrusted', detail: expect.stringContaining(detail) })

test('S-4.7.1-04 S-4.7.1-09 what the current CA signed is the next one, although it is not valid yet', () => {
  const next = open(announcement())
  expect(next.authorities.map(({ der }) => der)).toEqual([NEXT.certificate])
  expect(next).toMatchObject({ registration: [], validFrom: SOON, signed: true })
})

test('S-4.7.1-04 a foreign key, a changed octet and an RA of the current CA sign nothing', () => {
  const forger = rawCertificate({ subject: commonName('Test CA'), extensions: [caExtension()] })
  expect(() => open(announcement({ signer: forger }))).toThrow(refusal('not signed by the current CA'))
  expect(() => open(announcement({ signer: RA }))).toThrow(refusal('not signed by the current CA'))
  expect(() => open(announcement({ sign: () => Buffer.alloc(256, 1) }))).toThrow(
    refusal('not signed by the current CA'),
  )
  const changed = announcement({ messageDigest: Buffer.alloc(32) })
  expect(() => open(changed)).toThrow(refusal('not signed by the current CA'))
  expect(() => open(announcement(), { current: [certificateOf(RA)] })).toThrow(refusal('not signed'))
})

test('S-4.7.1-04 the signature comes first: what lies under a wrong one is not even read', () => {
  const unreadable = announcement({ eContent: Buffer.from('x'), sign: () => Buffer.alloc(256, 1) })
  expect(() => open(unreadable)).toThrow(refusal('not signed by the current CA'))
  expect(() => open(announcement({ eContent: Buffer.from('x') }))).toThrow(
    expect.objectContaining({ reason: 'reply_invalid' }),
  )
})

test('S-4.7.1-05 what nobody signed is refused', () => {
  expect(() => open(nested(NEXT))).toThrow(refusal('nobody signed it'))
  expect(() => open(NEXT.certificate)).toThrow(refusal('cannot be read'))
  expect(() => open(announcement({ signerInfos: () => [] }))).toThrow(refusal('nobody signed it'))
  expect(() => open(announcement({ signedAttributes: 'absent' }))).toThrow(refusal('cannot be read'))
})

test('S-4.7.1-06 the certificates beside the signature are never taken, unless for an old jscep', () => {
  const attacker = rawCertificate({ subject: commonName('attacker'), extensions: [caExtension()] })
  const certificates = [CA.certificate, attacker.certificate]
  const flat = announcement({ eContent: undefined, certificates })
  expect(() => open(flat)).toThrow(refusal('no new CA certificate'))
  const taken = open(flat, { unsignedBag: true })
  expect(taken).toMatchObject({ signed: false, authorities: [{ der: attacker.certificate }] })
  const both = announcement({ certificates })
  for (const unsignedBag of [false, true]) {
    expect(open(both, { unsignedBag }).certificates.map(({ der }) => der)).toEqual([NEXT.certificate])
  }
})

test('the type of the content may be id-signedData, with a ContentInfo or without', () => {
  const eContentType = '1.2.840.113549.1.7.2'
  const bare = readElement(nested(NEXT)).children[1]?.children[0]?.bytes as Buffer
  for (const eContent of [nested(NEXT), bare]) {
    expect(open(announcement({ eContentType, eContent })).authorities).toHaveLength(1)
  }
  expect(() => open(announcement({ eContent: bare }))).toThrow(expect.objectContaining({ reason: 'reply_invalid' }))
  expect(() => open(announcement({ eContentType: '1.2.3' }))).toThrow(refusal('of type 1.2.3'))
})

test('D-4.6-01 RA certificates in it belong to the new CA, or all of it is refused', () => {
  const ra = below(NEXT, 'Test CA 2')
  const next = open(announcement({ eContent: nested(ra, NEXT) }))
  expect(next.registration.map(({ der }) => der)).toEqual([ra.certificate])
  const clientAuth = extension('2.5.29.37', false, der.sequence(der.oid('1.3.6.1.5.5.7.3.2')))
  for (const wrong of [below(CA, 'Test CA 2'), below(CA, 'Test CA'), below(NEXT, 'Test CA 2', clientAuth)]) {
    expect(() => open(announcement({ eContent: nested(wrong, NEXT) }))).toThrow(refusal('RA certificate'))
  }
})

test('intermediates of the new CA come with it', () => {
  const issuing = below(NEXT, 'Test CA 2', caExtension())
  const next = open(announcement({ eContent: nested(issuing, NEXT) }))
  expect(next.authorities).toHaveLength(2)
})

test('the current CA is not its own successor, nor is one that has expired, nor a CertRep an announcement', () => {
  expect(() => open(announcement({ eContent: nested(CA) }))).toThrow(refusal('no new CA certificate'))
  expect(open(announcement({ eContent: nested(CA, NEXT) })).certificates).toHaveLength(1)
  expect(() => open(announcement(), { now: new Date('2040-01-01T00:00:00Z') })).toThrow(refusal('expired'))
  const certRep = announcement({ attributes: [attribute('2.16.840.1.113733.1.9.2', der.printableString('3'))] })
  expect(() => open(certRep)).toThrow(refusal('CertRep'))
})

test('S-4.7.1-08 it is asked for only where the capabilities list it, or by force', async () => {
  const seen: string[] = []
  const client = new ScepClient({
    url: 'http://ca.example/scep',
    fetch: async (url) => {
      seen.push(url)
      return new Response(new Uint8Array(announcement()))
    },
  })
  const ask = (capabilities: string[], force?: true) =>
    client.getNextCa({ ...EXPECTED_NEXT, capabilities: new Set(capabilities), ...(force && { force }) })
  await expect(ask(['aes', 'scepstandard'])).rejects.toMatchObject({ reason: 'not_offered' })
  expect(seen).toEqual([])
  expect((await ask(['getnextcacert'])).authorities).toHaveLength(1)
  expect((await ask([], true)).authorities).toHaveLength(1)
  expect(seen).toEqual(Array.from({ length: 2 }, () => 'http://ca.example/scep?operation=GetNextCACert'))
})

test('S-5.1-02 a reply may be signed by the current or by the verified next CA, and by no third key', async () => {
  const next = parseCertificate(NEXT.certificate)
  const trusted = [...EXPECTED.trusted, next]
  expect(await openAs(reply('0'), { trusted })).toMatchObject({ status: 'SUCCESS' })
  const byNext = (signer: RawIdentity) => reply('3', {}, { signer, sid: issuerAndSerial(signer) })
  expect(await openAs(byNext(NEXT), { trusted })).toEqual({ status: 'PENDING' })
  expect(await replyRefusal(byNext(NEXT))).toMatchObject({ reason: 'bad_signature' })
  const third = rawCertificate({ subject: commonName('Test CA 2'), extensions: [caExtension()] })
  expect(await replyRefusal(byNext(third), { trusted })).toMatchObject({ reason: 'bad_signature' })
})

test('S-3.3.2.1-05 S-4.7.1-09 a certificate of the next CA is taken once that is known, although neither is valid yet', async () => {
  const issued = rawCertificate({
    privateKey: ISSUED.privateKey,
    issuer: commonName('Test CA 2'),
    issuerKey: NEXT.privateKey,
    notBefore: SOON,
    notAfter: LATER,
  })
  const bytes = reply('0', {}, {}, { content: certsOnly([issued.certificate]) })
  expect(await replyRefusal(bytes)).toMatchObject({ reason: 'certificate_not_ours' })
  const issuers = [...EXPECTED.issuers, parseCertificate(NEXT.certificate)]
  expect(await openAs(bytes, { issuers })).toMatchObject({ status: 'SUCCESS' })
})
