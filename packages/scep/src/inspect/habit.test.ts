import { certsOnly, der, softwareDecryptionKey } from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { CA, DEVICE, message, NOW, RA } from '../testing/exchange.ts'
import { commonName, extension, rawCertificate, rawCsr } from '../testing/raw-certificate.ts'
import { attribute, type RawSignedOptions, requestAttributes } from '../testing/raw-message.ts'
import { reply } from '../testing/reply.ts'
import { inspectMessage } from './inspect-message.ts'

const { privateKey } = DEVICE
const id = (transactionId: string, more: Buffer[] = []): Partial<RawSignedOptions> => ({
  attributes: [...requestAttributes({ transactionId: [der.printableString(transactionId)] }), ...more],
})
const SHA1 = 'A94A8FE5CCB19BA61C4C0873D391E987982FBBD3'
const MD5 = '098F6BCD4621D373CADE4E832627B4F6'
const template = (name: string) =>
  extension('1.3.6.1.4.1.311.20.2', false, der.encode(0x1e, Buffer.from(name, 'utf16le').swap16()))
const ra = (name: string) =>
  rawCertificate({ subject: commonName(name), issuerKey: CA.privateKey, extensions: [template(name)] })

/** Shapes of messages as the clients in the field write them. */
const SEEN: readonly (readonly [name: string, bytes: Buffer])[] = [
  [
    "micromdm's scepclient",
    message(
      {
        ...id('qUqP5cyxm6YcTAhz05Hph5gvu9M='),
        signer: rawCertificate({ privateKey, subject: commonName('SCEP SIGNER') }),
        digest: 'sha1',
      },
      { cipher: 'des-cbc' },
    ),
  ],
  [
    'strongSwan pki',
    message({ ...id(SHA1), signer: rawCertificate({ privateKey, serial: Buffer.from(`00${SHA1}`, 'hex') }) }),
  ],
  [
    'sscep',
    message({
      ...id(MD5),
      signer: rawCertificate({ privateKey, serial: Buffer.from(`${MD5.slice(0, 31)}\0`, 'latin1') }),
    }),
  ],
  ['sscep', message(id('SSCEP transactionId'))],
  [
    'certmonger',
    message({ ...id('1'.repeat(77)), signer: rawCertificate({ privateKey, version: 1, serial: Buffer.alloc(33, 7) }) }),
  ],
  [
    'an Apple device',
    message({
      ...id(SHA1),
      signer: rawCertificate({ privateKey, subject: commonName('1B4E28BA-2FA1-11D2-883F-0016D3CCA427') }),
    }),
  ],
  [
    'Windows',
    message({
      signer: rawCertificate({
        privateKey,
        extensions: [extension('2.5.29.35', true, der.sequence(der.implicit(0, der.octetString(Buffer.alloc(20)))))],
      }),
    }),
  ],
  [
    'Windows',
    message(
      {},
      {
        content: rawCsr({ privateKey, attributes: [attribute('1.3.6.1.4.1.311.13.2.3', der.printableString('10.0'))] }),
      },
    ),
  ],
  [
    'Cisco IOS',
    message(
      {
        ...id(MD5),
        signer: rawCertificate({
          privateKey,
          subject: der.sequence(der.set(der.sequence(der.oid('1.2.840.113549.1.9.2'), der.printableString('router')))),
        }),
      },
      { cipher: 'des-ede3-cbc' },
    ),
  ],
  [
    'cryptlib',
    message(id('7XXEY-ERLPU-2JDR9', [attribute('1.2.840.113549.1.9.25.3', der.octetString(Buffer.alloc(8)))])),
  ],
  ['NDES (Microsoft)', reply('3', {}, { eContent: Buffer.alloc(1) })],
  ["micromdm's or smallstep's server", reply('0', {}, {}, { cipher: 'des-cbc' })],
  [
    'NDES (Microsoft)',
    certsOnly([ra('CEPEncryption').certificate, ra('EnrollmentAgentOffline').certificate, CA.certificate]),
  ],
]

test.each(SEEN)('a message in the shape of %s is recognised, with the reason', async (name, bytes) => {
  const { looksLike } = await inspectMessage(bytes, { key: softwareDecryptionKey(RA.privateKey), now: NOW })
  expect(looksLike.map((each) => each.name)).toEqual([name])
  expect(looksLike[0]?.because).not.toBe('')
})

test('BER in segments with CMSAlgorithmProtection looks like jscep', async () => {
  const segmented = (content: Buffer) =>
    Buffer.concat([Buffer.from('2480', 'hex'), der.octetString(content), Buffer.alloc(2)])
  const inner = message({ wrapContent: segmented, ...id('4711', [attribute('1.2.840.113549.1.9.52', der.sequence())]) })
  const body = inner.subarray(4)
  const bytes = Buffer.concat([Buffer.from('3080', 'hex'), body, Buffer.alloc(2)])
  const { looksLike } = await inspectMessage(bytes, { now: NOW })
  expect(looksLike.map(({ name }) => name)).toEqual(['jscep, or another program on Bouncy Castle'])
})

describe('nothing is guessed of', () => {
  test.each([
    ['a plain request', message({ ...id(MD5) })],
    ['a plain reply', reply('2')],
    ['a plain answer to GetCACert', certsOnly([RA.certificate, CA.certificate])],
  ])('%s', async (_, bytes) => {
    expect((await inspectMessage(bytes, { now: NOW })).looksLike).toEqual([])
  })
})
