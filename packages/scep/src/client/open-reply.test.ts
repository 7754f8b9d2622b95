import { certsOnly, der } from '@chancery/pki'
import { expect, test } from 'vitest'
import { CA, certificateOf, DEVICE, RA } from '../testing/exchange.ts'
import { caExtension, commonName, keyUsageExtension, rawCertificate } from '../testing/raw-certificate.ts'
import { attribute, issuerAndSerial } from '../testing/raw-message.ts'
import { ISSUED, openAs, reply, replyRefusal } from '../testing/reply.ts'

const text = der.printableString

test('a SUCCESS yields the certificate for our key', async () => {
  const opened = await openAs(reply('0'))
  expect(opened).toMatchObject({ status: 'SUCCESS', chain: [] })
  expect(opened.status === 'SUCCESS' && opened.certificate.der).toEqual(ISSUED.certificate)
})

test.each([
  ['absent', undefined],
  ['empty (CZERTAINLY, certmonger)', Buffer.alloc(0)],
  ['one octet 00 (NDES)', Buffer.from([0])],
])('S-3.2-05 FAILURE and PENDING are read with content that is %s', async (_, eContent) => {
  expect(await openAs(reply('3', {}, { eContent }))).toEqual({ status: 'PENDING' })
  expect(await openAs(reply('2', {}, { eContent }))).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
})

test('S-3.2-09 a reply without certificates is verified with those authenticated before', async () => {
  expect(await openAs(reply('0', {}, { certificates: [] }))).toMatchObject({ status: 'SUCCESS' })
})

test('S-3.2-10 a signer that merely comes along in the reply is not believed', async () => {
  const stranger = rawCertificate({ subject: commonName('Test RA') })
  expect(await replyRefusal(reply('0', {}, { signer: stranger }))).toMatchObject({ reason: 'bad_signature' })
  const otherClient = rawCertificate({ issuer: commonName('Test CA'), issuerKey: CA.privateKey })
  expect(await replyRefusal(reply('3', {}, { signer: otherClient }))).toMatchObject({ reason: 'bad_signature' })
})

test('S-3.2-11 a FAILURE with a bad signature is a bad signature, not a FAILURE', async () => {
  const bytes = reply('2', { transactionId: [text('x')] }, { sign: () => Buffer.alloc(256, 1) })
  expect(await replyRefusal(bytes)).toMatchObject({ reason: 'bad_signature' })
})

test('S-3.2.1.2-02 a message that is no CertRep is refused', async () => {
  expect(await replyRefusal(reply('0', { messageType: [text('19')] }))).toMatchObject({ reason: 'reply_invalid' })
})

test.each(['471', '47110', ' 4711', 'x'])('S-3.2.1.1-09 the transactionID %s is not 4711', async (id) => {
  expect(await replyRefusal(reply('0', { transactionId: [text(id)] }))).toMatchObject({ reason: 'reply_mismatch' })
})

test('S-3.2.1.5-03 D-3.1.1.5-01 a wrong, missing or cut recipientNonce is refused, unless leniency is asked for', async () => {
  const nonces = [[der.octetString(Buffer.alloc(16))], null, [der.octetString(Buffer.alloc(15, 0xc1))]]
  for (const recipientNonce of nonces) {
    const bytes = reply('0', { recipientNonce })
    expect(await replyRefusal(bytes)).toMatchObject({ reason: 'reply_mismatch' })
    expect(await openAs(bytes, { lenientNonce: true })).toMatchObject({ status: 'SUCCESS' })
  }
})

test('S-3.2.1.5-05 S-3.2.1-10 a CertRep without senderNonce is accepted', async () => {
  expect(await openAs(reply('0', { senderNonce: null }))).toMatchObject({ status: 'SUCCESS' })
})

test.each(['1', '4', '', '00', 'SUCCESS'])(
  'S-3.2.1.3-01 the pkiStatus "%s" is an error and not PENDING',
  async (status) => {
    expect(await replyRefusal(reply(status))).toMatchObject({ reason: 'reply_invalid' })
  },
)

test('S-3.2.1.3-01 S-3.2.1-15 a missing, doubled or empty pkiStatus is an error', async () => {
  for (const pkiStatus of [null, [text('0'), text('3')], []]) {
    expect(await replyRefusal(reply('0', { pkiStatus }))).toMatchObject({ reason: 'reply_invalid' })
  }
  const doubled = [attribute('2.16.840.1.113733.1.9.3', text('3'))]
  expect(await replyRefusal(reply('0', { more: doubled }))).toMatchObject({ reason: 'reply_invalid' })
})

test('S-3.2.1.4-01 an unknown or missing failInfo stays a FAILURE with what was written', async () => {
  expect(await openAs(reply('2', { failInfo: [text('9')] }))).toMatchObject({
    status: 'FAILURE',
    failInfo: undefined,
    rawFailInfo: '9',
  })
  expect(await openAs(reply('2', { failInfo: null }))).toMatchObject({ status: 'FAILURE', rawFailInfo: undefined })
  expect(await openAs(reply('2', { failInfo: [text('0')] }))).toMatchObject({ failInfo: 'badAlg' })
})

test('S-3.2.1-10 S-3.2.1.4-02 failInfoText is read in any string type, its control characters neutralised', async () => {
  const said = (string: Buffer) => [attribute('1.3.6.1.5.5.7.24.1', string)]
  const opened = await openAs(reply('2', { more: said(der.utf8String('é\u001b[31m\r\nno\u202e')) }))
  expect(opened).toMatchObject({ failInfoText: 'é [31m no ' })
  expect(await openAs(reply('2', { more: said(text('plain')) }))).toMatchObject({ failInfoText: 'plain' })
  expect(await openAs(reply('2', { more: said(der.integer(1)) }))).toMatchObject({ failInfoText: undefined })
})

test('C-SA-07 S-3.2-12 the digest is checked where there is no content', async () => {
  expect(await replyRefusal(reply('2', {}, { messageDigest: Buffer.alloc(32) }))).toMatchObject({
    reason: 'bad_digest',
  })
})

test('S-3.3.2.1-04 our certificate is found by its key, in any order of the chain', async () => {
  const chains = [
    [ISSUED, CA, RA],
    [CA, ISSUED, RA],
    [RA, CA, ISSUED],
  ]
  for (const chain of chains) {
    const content = certsOnly(chain.map(({ certificate }) => certificate))
    const opened = await openAs(reply('0', {}, {}, { content }))
    expect(opened.status === 'SUCCESS' && opened.certificate.der).toEqual(ISSUED.certificate)
    expect(opened.status === 'SUCCESS' && opened.chain).toHaveLength(2)
  }
})

test('S-3.3.2.1-04 S-2.1.2-03 a certificate for another key is refused, another subject is not', async () => {
  const foreign = rawCertificate({ issuer: commonName('Test CA'), issuerKey: CA.privateKey })
  const content = certsOnly([foreign.certificate])
  expect(await replyRefusal(reply('0', {}, {}, { content }))).toMatchObject({ reason: 'certificate_not_ours' })
  const renamed = rawCertificate({
    privateKey: DEVICE.privateKey,
    subject: commonName('as the CA likes'),
    issuer: commonName('Test CA'),
    issuerKey: CA.privateKey,
  })
  const changed = reply('0', {}, {}, { content: certsOnly([renamed.certificate]) })
  expect(await openAs(changed)).toMatchObject({ status: 'SUCCESS' })
})

test('S-3.3.2.1-05 a certificate of a foreign CA is refused; one of an intermediate in the reply is not', async () => {
  const other = rawCertificate({ subject: commonName('Test CA') })
  const forged = rawCertificate({
    privateKey: DEVICE.privateKey,
    issuer: commonName('Test CA'),
    issuerKey: other.privateKey,
  })
  const bytes = reply('0', {}, {}, { content: certsOnly([forged.certificate, other.certificate]) })
  expect(await replyRefusal(bytes)).toMatchObject({ reason: 'certificate_not_ours' })

  const intermediate = (...extensions: Buffer[]) =>
    rawCertificate({ subject: commonName('sub'), issuer: commonName('Test CA'), issuerKey: CA.privateKey, extensions })
  for (const [sub, outcome] of [
    [intermediate(caExtension(), keyUsageExtension(5)), 'SUCCESS'],
    [intermediate(), 'certificate_not_ours'],
  ] as const) {
    const issued = rawCertificate({
      privateKey: DEVICE.privateKey,
      issuer: commonName('sub'),
      issuerKey: sub.privateKey,
    })
    const content = certsOnly([issued.certificate, sub.certificate])
    const found = await openAs(reply('0', {}, {}, { content })).then(
      ({ status }) => status,
      ({ reason }) => reason,
    )
    expect(found).toBe(outcome)
  }
})

test('S-3.3.2.1-06 certificates beside the signature are never the result', async () => {
  const content = certsOnly([CA.certificate])
  const bytes = reply('0', {}, { certificates: [RA.certificate, ISSUED.certificate] }, { content })
  expect(await replyRefusal(bytes)).toMatchObject({ reason: 'certificate_not_ours' })
})

test('S-2.5-02 where a renewal keeps its key, the certificate that it renews is not the new one', async () => {
  const renews = certificateOf(ISSUED)
  expect(await replyRefusal(reply('0'), { renews })).toMatchObject({
    reason: 'certificate_not_ours',
    detail: 'the certificate that was to be renewed came back',
  })
  const { privateKey } = DEVICE
  const next = rawCertificate({ privateKey, issuer: commonName('Test CA'), issuerKey: CA.privateKey })
  const content = certsOnly([ISSUED.certificate, next.certificate])
  const opened = await openAs(reply('0', {}, {}, { content }), { renews })
  expect(opened.status === 'SUCCESS' && opened.certificate.der).toEqual(next.certificate)
})

test('S-3.3.2.1-08 a SUCCESS without content, or with content that nobody can open, is an error', async () => {
  for (const eContent of [undefined, Buffer.alloc(0), Buffer.from([0]), CA.certificate]) {
    expect(await replyRefusal(reply('0', {}, { eContent }))).toMatchObject({ reason: 'reply_invalid' })
  }
  expect(await replyRefusal(reply('0', {}, {}, { recipient: RA }))).toMatchObject({ reason: 'reply_invalid' })
  const garbage = reply('0', {}, {}, { content: Buffer.from('garbage') })
  expect(await replyRefusal(garbage)).toMatchObject({ reason: 'reply_invalid' })
})

test('S-2.9-03 S-3.1-14 single DES is refused by name unless allowed; 3DES is read though AES was asked', async () => {
  const des = reply('0', {}, {}, { cipher: 'des-cbc' })
  const error = await replyRefusal(des)
  expect(error).toMatchObject({ reason: 'reply_algorithm_refused' })
  expect(error.detail).toContain('des-cbc')
  expect(await openAs(des, { allowSingleDes: true })).toMatchObject({ status: 'SUCCESS' })
  expect(await openAs(reply('0', {}, {}, { cipher: 'des-ede3-cbc' }))).toMatchObject({ status: 'SUCCESS' })
})

test('S-2.9-12 a reply in MD5 is refused by name', async () => {
  const error = await replyRefusal(reply('0', {}, { digest: 'md5' }))
  expect(error).toMatchObject({ reason: 'reply_algorithm_refused' })
  expect(error.detail).toContain('md5')
})

test('a reply by RSA-OAEP is read, which NDES sends to clients that did not use it', async () => {
  expect(await openAs(reply('0', {}, {}, { oaep: true }))).toMatchObject({ status: 'SUCCESS' })
})

test('S-4.2.1.2-05 any certificate of the authenticated set may have signed, whatever the identifier says', async () => {
  expect(await openAs(reply('3', {}, { signer: CA }))).toEqual({ status: 'PENDING' })
  const sid = issuerAndSerial({ ...RA, serial: Buffer.from([9]) })
  expect(await openAs(reply('3', {}, { sid }))).toEqual({ status: 'PENDING' })
})

test('S-5.1-02 during a rollover the current and the next CA may sign, a third key may not', async () => {
  const next = rawCertificate({ subject: commonName('Next CA') })
  const trusted = [certificateOf(CA), certificateOf(next)]
  expect(await openAs(reply('3', {}, { signer: next }), { trusted })).toEqual({ status: 'PENDING' })
  expect(await replyRefusal(reply('3'), { trusted })).toMatchObject({ reason: 'bad_signature' })
})

test('S-4.7.1-05 an unsigned reply is none', async () => {
  expect(await replyRefusal(certsOnly([ISSUED.certificate]))).toMatchObject({ reason: 'malformed' })
})
