import { certsOnly, der, parseCertificate, signatureAlgorithmIdentifier } from '@chancery/pki'
import { expect, test } from 'vitest'
import { ScepError } from '../scep-error.ts'
import { CA, certificateOf, DEVICE } from '../testing/exchange.ts'
import {
  algorithm,
  caExtension,
  commonName,
  keyUsageExtension,
  type RawIdentity,
  rawCertificate,
  rawSign,
} from '../testing/raw-certificate.ts'
import { EXPECTED, ISSUED, reply } from '../testing/reply.ts'
import { type ExpectedAnswer, openCertificateAnswer, openCrlAnswer } from './open-answer.ts'

const EXPECTED_ANSWER: ExpectedAnswer = { ...EXPECTED, certificate: certificateOf(ISSUED) }

const certificateAnswer = (content: Buffer, changes: Partial<ExpectedAnswer> = {}) =>
  openCertificateAnswer(reply('0', {}, {}, { content }), { ...EXPECTED_ANSWER, ...changes })

const crlAnswer = (content: Buffer, changes: Partial<ExpectedAnswer> = {}) =>
  openCrlAnswer(reply('0', {}, {}, { content }), { ...EXPECTED_ANSWER, ...changes })

async function refused(answer: Promise<unknown>): Promise<ScepError> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ScepError) return error
  throw new Error('the answer was not refused')
}

interface CrlOptions {
  readonly issuer?: Buffer
  readonly by?: RawIdentity
  readonly thisUpdate?: Date
  readonly entries?: number
}

function crl({ issuer = commonName('Test CA'), by = CA, ...options }: CrlOptions = {}): Buffer {
  const id = signatureAlgorithmIdentifier({ key: 'rsa', padding: 'pkcs1', digest: 'sha256' })
  const at = options.thisUpdate ?? new Date('2026-06-01T00:00:00Z')
  const entry = (index: number) => der.sequence(der.integer(index + 1), der.time(at))
  const entries = Array.from({ length: options.entries ?? 1 }, (_, index) => entry(index))
  const until = der.time(new Date('2026-07-01T00:00:00Z'))
  const tbs = der.sequence(der.integer(1), id, issuer, der.time(at), until, der.sequence(Buffer.concat(entries)))
  return der.sequence(tbs, id, der.bitString(rawSign(by.privateKey, 'sha256', tbs)))
}

test('GetCert brings the certificate that was asked for, found by issuer and serial number among others', async () => {
  for (const order of [
    [ISSUED, CA],
    [CA, ISSUED],
  ]) {
    const answer = await certificateAnswer(certsOnly(order.map(({ certificate }) => certificate)))
    expect(answer).toMatchObject({ status: 'SUCCESS', certificate: { der: ISSUED.certificate } })
  }
})

test('GetCert: the serial number is compared as a number', async () => {
  const certificate = { ...certificateOf(ISSUED), serialNumber: Buffer.from([0, 0, 0x77]) }
  expect(await certificateAnswer(certsOnly([ISSUED.certificate]), { certificate })).toMatchObject({ status: 'SUCCESS' })
})

test('GetCert: another certificate, and one from elsewhere with the same name and number, are refused', async () => {
  const issue = (by: RawIdentity, serial: number) =>
    rawCertificate({ issuer: commonName('Test CA'), issuerKey: by.privateKey, serial: Buffer.from([serial]) })
  const forger = rawCertificate({ subject: commonName('Test CA'), extensions: [caExtension()] })
  for (const [other, detail] of [
    [issue(CA, 0x76), 'not the one that was asked for'],
    [issue(forger, 0x77), 'not from the authenticated CA'],
  ] as const) {
    const error = await refused(certificateAnswer(certsOnly([other.certificate])))
    expect([error.reason, error.detail]).toEqual(['certificate_not_ours', expect.stringContaining(detail)])
  }
})

test('a question that is left pending is answered against the protocol', async () => {
  expect(await refused(openCertificateAnswer(reply('3'), EXPECTED_ANSWER))).toMatchObject({ reason: 'reply_invalid' })
  expect(await refused(openCrlAnswer(reply('3'), EXPECTED_ANSWER))).toMatchObject({ reason: 'reply_invalid' })
})

test('a FAILURE of a question is told as one', async () => {
  const bytes = reply('2', { failInfo: [der.printableString('4')] })
  expect(await openCertificateAnswer(bytes, EXPECTED_ANSWER)).toMatchObject({ failInfo: 'badCertId' })
  expect(await openCrlAnswer(bytes, EXPECTED_ANSWER)).toMatchObject({ failInfo: 'badCertId' })
})

test('S-4.6-03 a CRL is verified with the authenticated CA, and the latest is taken', async () => {
  const old = crl({ thisUpdate: new Date('2026-05-01T00:00:00Z') })
  const latest = crl()
  const answer = await crlAnswer(certsOnly([], [old, latest]))
  expect(answer.status === 'SUCCESS' && answer.crl.der).toEqual(latest)
})

test('S-4.6-03 a CRL of another key, of another issuer, changed on the way, or of a CA that may sign none is refused', async () => {
  const forger = rawCertificate({ subject: commonName('Test CA'), extensions: [caExtension()] })
  const other = rawCertificate({ subject: commonName('Other CA'), extensions: [caExtension()] })
  const changed = crl()
  changed[changed.length - 300] = (changed[changed.length - 300] as number) ^ 1
  const issuers = [certificateOf(CA), certificateOf(other)]
  for (const bytes of [crl({ by: forger }), crl({ by: other, issuer: commonName('Other CA') }), changed]) {
    const error = await refused(crlAnswer(certsOnly([], [bytes]), { issuers }))
    expect(['crl_untrusted', 'reply_invalid']).toContain(error.reason)
  }
  const mute = parseCertificate(
    rawCertificate({
      subject: commonName('Test CA'),
      privateKey: CA.privateKey,
      extensions: [caExtension(), keyUsageExtension(5)],
    }).certificate,
  )
  expect(await refused(crlAnswer(certsOnly([], [crl()]), { issuers: [mute] }))).toMatchObject({
    reason: 'crl_untrusted',
  })
})

test('S-4.6-03 certificates in the place of a CRL are no CRL, and beside one are not looked at', async () => {
  expect(await refused(crlAnswer(certsOnly([ISSUED.certificate])))).toMatchObject({ reason: 'reply_invalid' })
  const odd = der.sequence(algorithm('1.2.3'))
  expect(await crlAnswer(certsOnly([odd], [crl()]))).toMatchObject({ status: 'SUCCESS' })
})

test('a CRL of twenty thousand entries is read', async () => {
  const answer = await crlAnswer(certsOnly([], [crl({ entries: 20_000 })]), {
    certificate: certificateOf(DEVICE_OF_CA),
  })
  expect(answer.status === 'SUCCESS' && answer.crl.revoked.length).toBe(20_000)
})

const DEVICE_OF_CA = rawCertificate({
  privateKey: DEVICE.privateKey,
  issuer: commonName('Test CA'),
  issuerKey: CA.privateKey,
})
