import { buildPasswordEnvelopedData, certsOnly, der, softwareDecryptionKey } from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { CA, certificateOf, DEVICE, message, NOW, RA } from '../testing/exchange.ts'
import {
  algorithm,
  challengeAttribute,
  commonName,
  keyUsageExtension,
  NULL_PARAMETERS,
  type RawCsrOptions,
  rawCertificate,
  rawCsr,
  rsaKey,
} from '../testing/raw-certificate.ts'
import {
  attribute,
  contentInfo,
  type RawSignedOptions,
  rawEnvelope,
  rawSigned,
  requestAttributes,
} from '../testing/raw-message.ts'
import { reply } from '../testing/reply.ts'
import { CHECKS } from './check/table.ts'
import { inspectMessage } from './inspect-message.ts'
import type { InspectOptions } from './options.ts'

const key = softwareDecryptionKey(RA.privateKey)
const deviceKey = softwareDecryptionKey(DEVICE.privateKey)
const text = der.printableString
const OTHER = rawCertificate({ subject: commonName('device2'), privateKey: rsaKey() })
const ids = (attributes: Parameters<typeof requestAttributes>[0], more: Buffer[] = []) =>
  message({ attributes: [...requestAttributes(attributes), ...more] })
const scep = (number: number, ...values: Buffer[]) => attribute(`2.16.840.1.113733.1.9.${number}`, ...values)
const url = (query: string) => Buffer.from(`http://ca.example/scep?${query}`)
const get = (spelling: string) => url(`operation=PKIOperation&message=${spelling}`)
const base64 = message().toString('base64')
const csr = (changes: Partial<RawCsrOptions> = {}) =>
  message({}, { content: rawCsr({ privateKey: DEVICE.privateKey, ...changes }) })
const caps = (content: string) => Buffer.from(content)
const EXTENSIONS = '1.2.840.113549.1.9.14'
const FULL_CAPS = 'AES\nSHA-256\nPOSTPKIOperation\nSCEPStandard\nRenewal\n'
const renewal = requestAttributes({ messageType: [text('17')] })
const nested = certsOnly([CA.certificate])
const nextCa = (changes: Partial<RawSignedOptions> = {}) =>
  rawSigned({ signer: CA, eContent: nested, attributes: [], ...changes })
const indefinite = (content: Buffer) =>
  Buffer.concat([Buffer.from('2480', 'hex'), der.octetString(content), Buffer.alloc(2)])
const swapped = (sorted: Buffer[]) => sorted.toReversed()

const underPassword = async (iterations: number) =>
  buildPasswordEnvelopedData({
    content: rawCsr({ privateKey: DEVICE.privateKey }),
    encryption: 'aes-128-cbc',
    password: 'secret',
    iterations,
  })
const FEW_ROUNDS = await underPassword(1000)
const NO_DERIVATION = contentInfo(
  '1.2.840.113549.1.7.3',
  der.sequence(
    der.integer(3),
    der.set(
      der.implicit(
        3,
        der.sequence(
          der.integer(0),
          algorithm(
            '1.2.840.113549.1.9.16.3.9',
            algorithm('2.16.840.1.101.3.4.1.2', der.octetString(Buffer.alloc(16))),
          ),
          der.octetString(Buffer.alloc(32)),
        ),
      ),
    ),
    der.sequence(
      der.oid('1.2.840.113549.1.7.1'),
      algorithm('2.16.840.1.101.3.4.1.2', der.octetString(Buffer.alloc(16))),
      der.implicit(0, der.octetString(Buffer.alloc(16))),
    ),
  ),
)
const OTHER_WRAP = Buffer.from(
  FEW_ROUNDS.toString('hex').replace('2a864886f70d0109100309', '2a864886f70d0109100308'),
  'hex',
)

/** A message for each finding; a clause may have several. */
const FOUND: readonly (readonly [clause: string, what: string, bytes: Buffer, options?: Partial<InspectOptions>])[] = [
  ['S-4.1-13', 'an operation in lower case', url(`operation=pkioperation&message=${encodeURIComponent(base64)}`)],
  ['S-4.1-13', 'an operation of nobody', url('operation=Foo')],
  ['S-4.1-08', 'an empty message', get('')],
  ['S-4.1-05', 'a bare +', get(base64)],
  ['S-4.1-05', 'a blank for a +', get(base64.replaceAll('+', ' '))],
  ['S-4.1-05', 'lines', get(encodeURIComponent((base64.match(/.{1,64}/g) ?? []).join('\n')))],
  ['S-4.1-05', 'base64url', get(Buffer.concat([message(), Buffer.alloc(2)]).toString('base64url'))],
  [
    'S-4.1-05',
    'padding that is missing',
    get(
      encodeURIComponent(
        Buffer.concat([message(), Buffer.alloc(4 - ((message().length + 2) % 3))])
          .toString('base64')
          .replace(/=+$/, ''),
      ).slice(0, -1),
    ),
  ],
  ['S-4.1-05', 'escapes of escapes', get(encodeURIComponent(encodeURIComponent(base64)))],
  ['S-3-01', 'a bare EnvelopedData', rawEnvelope({ content: Buffer.from('x'), recipient: RA })],
  ['S-3-01', 'a page of HTML', Buffer.from('<!DOCTYPE html><p>not found')],
  ['S-3-01', 'a cut message', message().subarray(0, 300)],
  ['S-3.2-13', 'bytes behind it', Buffer.concat([message(), Buffer.from('DEADBEEF', 'hex')])],
  ['S-3.2-13', 'a line end behind it', Buffer.concat([message(), Buffer.from('\n')])],
  ['S-3.2-06', 'two signers', message({ signerInfos: (ours) => [ours, ours] })],
  ['S-3.2-07', 'no signed attributes', message({ signedAttributes: 'absent' })],
  ['S-3.2.1-12', 'no attribute of SCEP', message({ attributes: [] })],
  ['S-3.2-01', 'a content that is typed signedData', message({ eContentType: '1.2.840.113549.1.7.2' })],
  ['S-3.2-02', 'version 3', message({ version: 3 })],
  ['C-ID-01', 'a signer by key identifier', message({ sid: der.implicit(0, der.octetString(Buffer.alloc(20))) })],
  ['S-3.2-03', 'a bare EnvelopedData inside', message({}, { contentInfo: (enveloped) => enveloped })],
  ['S-3.2-03', 'a content that is no structure', message({ eContent: Buffer.from('hello') })],
  ['S-3.1-08', 'no content', message({ eContent: undefined })],
  ['S-3.1-09', 'a request in the clear', message({ eContent: rawCsr({ privateKey: DEVICE.privateKey }) })],
  ['C-BER-05', 'content in segments', message({ wrapContent: indefinite })],
  ['S-2.3-01', 'no certificate', message({ certificates: [] })],
  ['S-3.2-08', 'a reply without certificate', reply('2', {}, { certificates: [] })],
  ['S-2.3-19', 'a wrong signature', message({ sign: () => Buffer.alloc(256, 1) })],
  ['S-3.2-12', 'a wrong digest', message({ messageDigest: Buffer.alloc(32) })],
  ['S-2.9-12', 'MD5', message({ digest: 'md5' })],
  ['S-2.9-12', 'MD5 in the request', csr({ digest: 'md5' }), { key }],
  ['S-2.9-11', 'SHA-1', message({ digest: 'sha1' })],
  ['S-2.9-11', 'SHA-1 in the request', csr({ digest: 'sha1' }), { key }],
  ['S-3.2.1.4-11', 'a digest of nobody', message({ digestAlgorithm: algorithm('1.2.3.4') })],
  [
    'S-3.2.1.4-11',
    'a signature algorithm of another key',
    message({ signatureAlgorithm: algorithm('1.2.840.10045.4.3.2') }),
  ],
  ['C-AL-03', 'two digests', message({ signatureAlgorithm: algorithm('1.2.840.113549.1.1.13', NULL_PARAMETERS) })],
  ['C-AL-04', 'a digest that is not listed', message({ digestAlgorithms: [] })],
  ['C-SA-02', 'attributes out of order', message({ order: swapped })],
  [
    'S-2.3-08',
    'a forged self-signed certificate',
    message({ signer: rawCertificate({ privateKey: DEVICE.privateKey, signature: () => Buffer.alloc(256, 1) }) }),
  ],
  [
    'C-AL-02',
    'a reply under sha256WithRSAEncryption',
    reply('2', {}, { signatureAlgorithm: algorithm('1.2.840.113549.1.1.11', NULL_PARAMETERS) }),
  ],
  ['S-3.2.1-01', 'no transactionID', ids({ transactionId: null })],
  ['S-3.2.1-01', 'no messageType', ids({ messageType: null })],
  ['S-3.2.1-01', 'no senderNonce', ids({ senderNonce: null })],
  ['S-3.2.1-01', 'a reply without transactionID', reply('2', { transactionId: null })],
  ['S-3.2.1-02', 'a reply without pkiStatus', reply('2', { pkiStatus: null })],
  ['S-3.2.1-02', 'a reply without recipientNonce', reply('2', { recipientNonce: null })],
  ['S-3.2.1-05', 'a type in UTF-8', ids({ messageType: [der.utf8String('19')] })],
  ['S-3.2.1-07', 'a nonce of 8 octets', ids({ senderNonce: [der.octetString(Buffer.alloc(8))] })],
  ['S-3.2.1-07', 'a nonce that is text', ids({ senderNonce: [text('0123456789abcdef')] })],
  ['S-3.2.1-08', 'a padded number', ids({ messageType: [text('019')] })],
  ['S-3.2.1-15', 'a type with two values', ids({ messageType: [text('19'), text('21')] })],
  ['S-3.2.1-16', 'an attribute outside the signature', message({ unsigned: [scep(7, text('x'))] })],
  [
    'S-3.2.1-11',
    'a foreign attribute',
    ids({}, [attribute('1.2.840.113549.1.9.25.3', der.octetString(Buffer.alloc(8)))]),
  ],
  ['S-3.2.1.1-04', 'an endless transactionID', ids({ transactionId: [text('a'.repeat(256))] })],
  ['S-3.2.1.1-04', 'an empty transactionID', ids({ transactionId: [text('')] })],
  [
    'S-3.2.1.1-03',
    'odd characters in a transactionID',
    ids({ transactionId: [der.encode(0x13, Buffer.from('a_b@c'))] }),
  ],
  ['S-3.2.1.2-01', 'UpdateReq', ids({ messageType: [text('18')] })],
  ['S-3.2.1.2-01', 'a type of nobody', ids({ messageType: [text('255')] })],
  ['S-3.2.1.5-06', 'a recipientNonce in a request', ids({}, [scep(6, der.octetString(Buffer.alloc(16)))])],
  ['S-3.2.1-03', 'a pkiStatus in a request', ids({}, [scep(3, text('0'))])],
  ['S-3.2.1-03', 'a FAILURE without failInfo', reply('2', { failInfo: null })],
  ['S-3.2.1-03', 'a PENDING with failInfo', reply('3', { failInfo: [text('2')] })],
  ['C-SA-06', 'a signing time that is none', ids({}, [attribute('1.2.840.113549.1.9.5', text('soon'))])],
  [
    'S-3.2.1.4-13',
    'a signing time to come',
    ids({}, [attribute('1.2.840.113549.1.9.5', der.time(new Date('2026-06-03T00:00:00Z')))]),
  ],
  ['S-3.2.1.2-02', 'a reply of type 19', reply('2', { messageType: [text('0')] })],
  ['S-3.2.1.3-01', 'a status of nobody', reply('1')],
  ['S-3.2.1.4-01', 'a failInfo of nobody', reply('2', { failInfo: [text('9')] })],
  [
    'S-3.2.1-06',
    'a failInfoText that is printable',
    reply('2', { more: [attribute('1.3.6.1.5.5.7.24.1', text('no'))] }),
  ],
  ['S-3.2.1.5-04', 'a reply without senderNonce', reply('2', { senderNonce: null })],
  [
    'S-3.2.1.5-04',
    'a reply with the nonce of the request',
    reply('2', { senderNonce: [der.octetString(Buffer.alloc(16, 0xc1))] }),
  ],
  ['S-3.2-04', 'an empty content', reply('2', {}, { eContent: Buffer.alloc(0) })],
  ['S-3.2-04', 'a content of NDES', reply('2', {}, { eContent: Buffer.alloc(1) })],
  ['S-3.3.2.1-08', 'a SUCCESS without content', reply('0', {}, { eContent: undefined })],
  [
    'S-3.3.2.1-08',
    'a SUCCESS that delivers nothing',
    reply('0', {}, {}, { content: certsOnly([]) }),
    { key: deviceKey },
  ],
  [
    'S-3.3.2.1-01',
    'a SUCCESS with a bare certificate',
    reply('0', {}, {}, { content: CA.certificate }),
    { key: deviceKey },
  ],
  ['S-3.2.2-01', 'an encrypted content that is typed signedData', message({}, { contentType: '1.2.840.113549.1.7.2' })],
  [
    'S-3.2.2-02',
    'an envelope for a key identifier in version 0',
    message({}, { rid: der.implicit(0, der.octetString(Buffer.alloc(20))) }),
  ],
  [
    'S-3.1-07',
    'an envelope for a key identifier',
    message({}, { rid: der.implicit(0, der.octetString(Buffer.alloc(20))) }),
  ],
  ['S-3.1-03', 'two recipients', message({}, { recipientInfos: (ours) => [ours, ours] })],
  ['S-2.3-03', 'a reply for two', reply('0', {}, {}, { recipientInfos: (ours) => [ours, ours] })],
  [
    'S-3.1-10',
    'a recipient by key agreement',
    message({}, { recipientInfos: () => [der.implicit(1, der.sequence(der.integer(3)))] }),
  ],
  ['S-3.1-02', 'a key encryption of nobody', message({}, { keyEncryption: algorithm('1.2.3.4') })],
  ['S-2.9-06', 'OAEP', message({}, { oaep: true })],
  [
    'S-3.1-05',
    'another CA',
    message({}, { recipient: OTHER }),
    { authorities: [certificateOf(RA), certificateOf(CA)] },
  ],
  ['S-2.9-03', 'single DES', message({}, { cipher: 'des-cbc' })],
  ['S-2.9-02', '3DES', message({}, { cipher: 'des-ede3-cbc' })],
  [
    'S-2.9-05',
    'GCM',
    message({}, { contentEncryption: (iv) => algorithm('2.16.840.1.101.3.4.1.6', der.octetString(iv)) }),
  ],
  [
    'C-AL-09',
    'a short IV',
    message({}, { contentEncryption: (iv) => algorithm('2.16.840.1.101.3.4.1.2', der.octetString(iv.subarray(8))) }),
  ],
  [
    'S-3.2.2-03',
    'half a block',
    message({}, { encryptedContent: (right) => der.implicit(0, der.octetString(right.subarray(8))) }),
  ],
  [
    'S-3.1-P01',
    'a reply by key and by password',
    reply(
      '0',
      {},
      {},
      {
        recipientInfos: (ours) => [
          ours,
          der.implicit(3, der.sequence(der.integer(0), algorithm('1.2.3'), der.octetString(Buffer.alloc(1)))),
        ],
      },
    ),
  ],
  ['S-3.1-P03', 'a password without derivation', message({ eContent: NO_DERIVATION })],
  ['S-3.1-P04', 'few rounds', message({ eContent: FEW_ROUNDS })],
  ['S-3.1-P07', 'another wrapping', message({ eContent: OTHER_WRAP })],
  [
    'S-3.1-P16',
    'a derivation that is malformed',
    message({ eContent: Buffer.from(FEW_ROUNDS.toString('hex').replace('020203e8', '020280e8'), 'hex') }),
  ],
  ['S-3.2.2-05', 'noise in the envelope', message({}, { content: Buffer.from('hello') }), { key }],
  [
    'S-3.2.2-05',
    'an octet behind the request',
    message({}, { content: Buffer.concat([rawCsr({ privateKey: DEVICE.privateKey }), Buffer.alloc(1)]) }),
    { key },
  ],
  [
    'S-3.2.1.2-03',
    'names in a PKCSReq',
    message({}, { content: der.sequence(commonName('a'), commonName('b')) }),
    { key },
  ],
  ['S-3.3.1-06', 'a request with a wrong signature', csr({ signature: () => Buffer.alloc(256, 1) }), { key }],
  ['S-2.3-07', 'a request for another key', csr({ privateKey: OTHER.privateKey }), { key }],
  ['S-2.3-05', 'a request for another subject', csr({ subject: commonName('device9') }), { key }],
  ['S-3.3.1-05', 'two challenges', csr({ attributes: [challengeAttribute(text('a'), text('b'))] }), { key }],
  ['S-3.3.1-03', 'an endless challenge', csr({ attributes: [challengeAttribute(text('a'.repeat(300)))] }), { key }],
  ['S-3.3.1-03', 'a challenge that is no string', csr({ attributes: [challengeAttribute(der.sequence())] }), { key }],
  ['S-2.4-04', 'no challenge', csr({ attributes: [] }), { key }],
  ['S-2.3-11', 'a renewal by a self-signed certificate', message({ attributes: renewal }), { key }],
  ['S-3.3.1-02', 'no subject', csr({ subject: der.sequence() }), { key }],
  ['S-3.3.1-07', 'extensions that are none', csr({ attributes: [attribute(EXTENSIONS, der.integer(1))] }), { key }],
  [
    'S-2.3-04',
    'a signer that may not sign',
    message({ signer: rawCertificate({ privateKey: DEVICE.privateKey, extensions: [keyUsageExtension(2)] }) }),
  ],
  [
    'S-4.2.1.2-05',
    'nobody to encrypt to',
    certsOnly([
      rawCertificate({ extensions: [keyUsageExtension(0)] }).certificate,
      rawCertificate({ subject: commonName('b'), extensions: [keyUsageExtension(0)] }).certificate,
    ]),
  ],
  ['S-2.1.2-01', 'nobody who may sign', certsOnly([CA.certificate, CA.certificate])],
  ['S-2.1.2-01', 'a CA that may not sign replies', CA.certificate],
  ['S-4.2.1.2-02', 'two CAs', certsOnly([CA.certificate, OTHER.certificate])],
  ['S-4.2.1.2-03', 'an RA behind its CA', certsOnly([CA.certificate, RA.certificate])],
  ['S-4.2.1.1-01', 'one certificate in a set', certsOnly([CA.certificate])],
  ['S-4.7.1-01', 'a next CA that another one signed', nextCa({ sign: () => Buffer.alloc(256, 1) })],
  ['S-4.7.1-02', 'no next CA', nextCa({ eContent: certsOnly([]) })],
  [
    'S-4.7.1-03',
    'a next CA with attributes',
    nextCa({ attributes: [attribute('1.3.6.1.5.5.7.24.1', der.utf8String('x'))] }),
  ],
  ['S-3.5.2-02', 'a keyword in lower case', caps(FULL_CAPS.replace('Renewal', 'renewal'))],
  ['S-3.5.2-10', 'a keyword of nobody', caps(`${FULL_CAPS}Foo\n`)],
  ['S-3.5.2-01', 'characters beyond ASCII', caps(`${FULL_CAPS}é\n`)],
  ['S-3.5.2-01', 'an empty line', caps(`${FULL_CAPS}\nX\n`)],
  ['S-3.5.2-01', 'CRLF', caps(FULL_CAPS.replaceAll('\n', '\r\n'))],
  ['S-3.5.2-04', 'SCEPStandard alone', caps('SCEPStandard\nRenewal\n')],
  ['S-3.5.2-22', 'no digest', caps('AES\nRenewal\n')],
  ['S-2.9-01', 'no AES', caps('SHA-256\n')],
  ['S-3.5.2-03', 'no SCEPStandard', caps('AES\nSHA-256\n')],
  ['S-3.5.2-08', 'no Renewal', caps('SCEPStandard\n')],
]

test.each(FOUND.map(([clause, what, bytes, options = {}]) => ({ clause, what, bytes, options })))(
  '$clause is found: $what',
  async ({ clause, bytes, options }) => {
    const { findings } = await inspectMessage(bytes, { now: NOW, ...options })
    expect(findings.map((finding) => finding.clause)).toContain(clause)
  },
)

test('every check is provoked above, so none is dead', () => {
  expect([...new Set(CHECKS.map(({ clause }) => clause))].toSorted()).toEqual(
    [...new Set(FOUND.map(([clause]) => clause))].toSorted(),
  )
})

describe('nothing is found wrong with', () => {
  test.each([
    ['a good request', message(), { key }],
    ['a good request, unopened', message(), {}],
    ['the URL of one', get(encodeURIComponent(base64)), { key }],
    ['a SUCCESS', reply('0'), { key: deviceKey }],
    ['a FAILURE', reply('2'), {}],
    ['a PENDING', reply('3'), {}],
    ['RA and CA', certsOnly([RA.certificate, CA.certificate]), {}],
    ['a next CA', nextCa(), {}],
    ['a certification request', rawCsr({ privateKey: DEVICE.privateKey }), {}],
    ['capabilities', caps(FULL_CAPS), {}],
    ['a GET of capabilities', url('operation=GetCACaps'), {}],
  ])('%s', async (_, bytes, options) => {
    const { findings } = await inspectMessage(bytes, { now: NOW, ...options })
    expect(findings).toEqual([])
  })
})

test('the worst stands first, and sentences end', async () => {
  const { findings } = await inspectMessage(message({ digest: 'sha1', certificates: [] }, { cipher: 'des-cbc' }), {
    now: NOW,
  })
  expect(findings.map(({ level }) => level)).toEqual(['broken', 'broken', 'note'])
  for (const { sentence } of findings) expect(sentence).toMatch(/^[A-Z0-9].*\.$/s)
})
