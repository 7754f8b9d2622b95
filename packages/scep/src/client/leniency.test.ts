import {
  certsOnly,
  der,
  type KeyTransport,
  nameFromText,
  parseCertificate,
  readElement,
  softwareSigningKey,
} from '@chancery/pki'
import { expect, test } from 'vitest'
import { CA, CSR, certificateOf, DEVICE, NOW, RA } from '../testing/exchange.ts'
import { rawCertificate } from '../testing/raw-certificate.ts'
import { rawEnvelope } from '../testing/raw-message.ts'
import { openRawEnvelope, readReply } from '../testing/read-reply.ts'
import { ISSUED, openAs, reply, replyRefusal } from '../testing/reply.ts'
import { chooseAlgorithms } from './choose-algorithms.ts'
import { sealRequest } from './seal-request.ts'
import { selfSignedSigner } from './self-signed-signer.ts'

/** What servers in the field send that is not as the RFC has it, and what is written otherwise only on request. */

const CERTIFICATES = certsOnly([ISSUED.certificate])
const BARE_SIGNED_DATA = readElement(CERTIFICATES).children[1]?.children[0]?.bytes as Buffer

test.each([
  ['a bare SignedData', BARE_SIGNED_DATA],
  ['a bare certificate', ISSUED.certificate],
])('C-ID-06 %s instead of a certs-only message is taken only when told to', async (_, content) => {
  const bytes = reply('0', {}, {}, { content })
  expect(await replyRefusal(bytes)).toMatchObject({ reason: 'reply_invalid' })
  const opened = await openAs(bytes, { unwrappedCertificates: true })
  expect(opened).toMatchObject({ status: 'SUCCESS', certificate: { der: ISSUED.certificate } })
})

test('C-ID-06 what is wrapped as it should be is taken with the option too', async () => {
  expect(await openAs(reply('0'), { unwrappedCertificates: true })).toMatchObject({ status: 'SUCCESS' })
})

test('N-02 a reply in OAEP is opened although nobody asked for it, as NDES sends it', async () => {
  expect(await openAs(reply('0', {}, {}, { oaep: true }))).toMatchObject({ status: 'SUCCESS' })
})

/** The same bytes with indefinite lengths down to a depth, as EJBCA and jscep write them. */
function ber(source: Buffer, depth: number): Buffer {
  const e = readElement(source)
  if (!e.constructed || depth === 0) return e.bytes
  const inside = e.children.map(({ bytes }) => ber(bytes, depth - 1))
  return Buffer.concat([Buffer.from([e.tag, 0x80]), ...inside, Buffer.from([0, 0])])
}

function segmented(octets: Buffer): Buffer {
  const parts: Buffer[] = [der.octetString(Buffer.alloc(0))]
  for (let at = 0; at < octets.length; at += 500) parts.push(der.octetString(octets.subarray(at, at + 500)))
  return Buffer.concat([Buffer.from([0x24, 0x80]), ...parts, Buffer.from([0, 0])])
}

test('C-BER-01 C-BER-02 C-BER-03 a reply in BER is read at every level', async () => {
  const encryptedContent = (right: Buffer) => {
    const constructed = segmented(right)
    constructed[0] = 0xa0
    return constructed
  }
  // The certificate itself stays as it is: its signature is over these bytes.
  const eContent = rawEnvelope({ content: ber(CERTIFICATES, 4), recipient: DEVICE, encryptedContent })
  const indefinite = ber(reply('0', {}, { eContent, wrapContent: segmented }), 3)
  expect(await openAs(indefinite)).toMatchObject({ status: 'SUCCESS', certificate: { der: ISSUED.certificate } })
})

test('S-2.9-03 S-3.1-14 single DES is named and refused, unless the option allows it; 3DES is not', async () => {
  const single = reply('0', {}, {}, { cipher: 'des-cbc' })
  expect(await replyRefusal(single)).toMatchObject({
    reason: 'reply_algorithm_refused',
    detail: 'content encryption des-cbc',
  })
  expect(await openAs(single, { allowSingleDes: true })).toMatchObject({ status: 'SUCCESS' })
  expect(await openAs(reply('0', {}, {}, { cipher: 'des-ede3-cbc' }))).toMatchObject({ status: 'SUCCESS' })
})

const KEY = softwareSigningKey(DEVICE.privateKey)
const SUBJECT = nameFromText('CN=device1')

async function seal(options: Parameters<typeof chooseAlgorithms>[1]) {
  const algorithms = chooseAlgorithms(new Set(['scepstandard']), options)
  const certificate = await selfSignedSigner(SUBJECT, KEY, NOW, algorithms.rsaPadding)
  const sealed = await sealRequest({
    ...algorithms,
    messageType: 'PKCSReq',
    csr: CSR,
    nonce: Buffer.alloc(16, 1),
    signer: { certificate, key: KEY },
    recipient: certificateOf(RA),
  })
  return { certificate, raw: readReply(sealed.message) }
}

const PSS = '06092a864886f70d01010a'
const OAEP = '06092a864886f70d010107'

test('C-AL-05 S-2.9-06 PSS and OAEP are used only when somebody says so', async () => {
  const usual = await seal({})
  expect(usual.raw.signatureAlgorithm.bytes.toString('hex')).not.toContain(PSS)
  expect(
    openRawEnvelope(usual.raw.eContent as Buffer, RA.privateKey).keyEncryption.bytes.toString('hex'),
  ).not.toContain(OAEP)
  const keyTransport: KeyTransport = { scheme: 'rsa-oaep', hash: 'sha1', mgfHash: 'sha1' }
  const { raw, certificate } = await seal({ keyTransport, rsaPadding: 'pss' })
  expect(raw.signatureAlgorithm.bytes.toString('hex')).toContain(PSS)
  expect(certificate.signatureAlgorithm.der.toString('hex')).toContain(PSS)
  const envelope = openRawEnvelope(raw.eContent as Buffer, RA.privateKey, true)
  expect(envelope.keyEncryption.bytes.toString('hex')).toContain(OAEP)
  expect(envelope.content).toEqual(CSR)
})

test('S-7.7-01 the certificate that signs may bear a placeholder, and the name is then nowhere in clear', async () => {
  const certificate = await selfSignedSigner(nameFromText('CN=placeholder'), KEY, NOW)
  const { message } = await sealRequest({
    ...chooseAlgorithms(new Set(['scepstandard'])),
    messageType: 'PKCSReq',
    csr: CSR,
    nonce: Buffer.alloc(16, 1),
    signer: { certificate, key: KEY },
    recipient: certificateOf(RA),
  })
  expect(message.includes('device1')).toBe(false)
  expect(message.includes('placeholder')).toBe(true)
})

test('S-3.2-09 S-3.2-10 a reply without certificates is still verified with those authenticated before', async () => {
  const stranger = rawCertificate({ subject: parseCertificate(CA.certificate).subject.der })
  const bytes = reply('3', {}, { signer: stranger, certificates: [] })
  expect(await replyRefusal(bytes)).toMatchObject({ reason: 'bad_signature' })
})
