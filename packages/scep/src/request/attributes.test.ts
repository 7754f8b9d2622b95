import { der } from '@chancery/pki'
import { expect, test } from 'vitest'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import { DEFAULT, message, NEVER_DECRYPTS, NOW, open, RA_KEY, refusal } from '../testing/exchange.ts'
import { attribute, requestAttributes } from '../testing/raw-message.ts'
import { openRequest } from './open-request.ts'

const NONCE = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
const LEGACY = resolveCompatibility('default', { missingSenderNonce: 'tolerate' })
const text = der.printableString

const withAttributes = (changes: Parameters<typeof requestAttributes>[0], ...more: Buffer[]) =>
  message({ attributes: [...requestAttributes(changes), ...more] })

test.each([
  ['7XXEY-ERLPU-2JDR9'],
  ['00112233445566778899AABBCCDDEEFF'],
  ['0011223344556677889900112233445566778899'],
  ['f'.repeat(64)],
  ['F'.repeat(128)],
  ['mJq+2/x5T9a8bC0dE1fG2hI3jKw='],
  ['SSCEP transactionId'],
  ['00-1B-44-11-3A-B7'],
  ['a_b@c*'],
  ['x'.repeat(255)],
  ['0'],
])('S-3.2.1.1-03 S-3.2.1.1-04 S-3.2.1.1-05 the transactionID %s is taken as it is', async (transactionId) => {
  const request = await open(withAttributes({ transactionId: [text(transactionId)] }))
  expect(request.transactionId).toBe(transactionId)
  expect(request.replyTo.transactionId).toBe(transactionId)
})

test('S-3.2.1.1-04 a transactionID of 256 octets is badRequest, an empty one is not a message', async () => {
  const long = await refusal(withAttributes({ transactionId: [text('x'.repeat(256))] }))
  expect(long).toMatchObject({ reason: 'bad_attributes', failInfo: 'badRequest' })
  expect(long.replyTo?.transactionId).toHaveLength(256)
  expect(await refusal(withAttributes({ transactionId: [text('')] }))).toMatchObject({ reason: 'no_transaction_id' })
})

test('S-3.2.1-12 S-4.1-16 S-3.2.1.4-10 without a transactionID no CertRep can be made', async () => {
  expect(await refusal(withAttributes({ transactionId: null }))).toMatchObject({
    reason: 'no_transaction_id',
    failInfo: null,
    replyTo: undefined,
  })
})

test('S-3.2.1-16 a transactionID among the unsigned attributes does not count', async () => {
  const unsigned = [attribute('2.16.840.1.113733.1.9.7', text('unsigned'))]
  const bytes = message({ attributes: requestAttributes({ transactionId: null }), unsigned })
  expect(await refusal(bytes)).toMatchObject({ reason: 'no_transaction_id' })
  expect((await open(message({ unsigned }))).transactionId).toBe('7XXEY-ERLPU-2JDR9')
})

test('S-3.2.1-13 a missing messageType is badRequest', async () => {
  const error = await refusal(withAttributes({ messageType: null }))
  expect(error).toMatchObject({ reason: 'bad_attributes', failInfo: 'badRequest' })
})

test.each([
  '0',
  '1',
  '3',
  '18',
  '23',
  '99',
  '255',
  'abc',
  '',
  '019',
  ' 19',
  '19 ',
  '19\0',
  '+19',
  '19.0',
  '1９',
  'constructor',
])(
  'S-3.2.1.2-01 S-3.2.1-08 S-3.5.2-08 D-18-01 messageType "%s" is refused before anything is decrypted',
  async (messageType) => {
    const bytes = withAttributes({ messageType: [der.utf8String(messageType)] })
    const error = await refusal(bytes, DEFAULT, [NEVER_DECRYPTS])
    expect(error).toMatchObject({ reason: 'unsupported_message_type', failInfo: 'badRequest' })
  },
)

test('S-3.2.1-09 strings of other types, and messageType as INTEGER, are read', async () => {
  for (const string of [der.utf8String, der.ia5String, (value: string) => der.encode(0x14, Buffer.from(value))]) {
    const request = await open(withAttributes({ messageType: [string('19')], transactionId: [string('tid 1')] }))
    expect(request.transactionId).toBe('tid 1')
  }
  expect((await open(withAttributes({ messageType: [der.integer(19)] }))).messageType).toBe('PKCSReq')
})

test('attributes of every other type and length are refused, and nothing else comes out', async () => {
  for (let tag = 1; tag < 0x1f; tag++) {
    for (const content of [Buffer.alloc(0), Buffer.from([0x31, 0x39]), Buffer.alloc(300, 0x31)]) {
      const odd = der.encode(tag, content)
      for (const name of ['messageType', 'transactionId', 'senderNonce'] as const) {
        await open(withAttributes({ [name]: [odd] })).catch((error) => expect(error.name).toBe('ScepError'))
      }
    }
  }
})

test('S-3.2.1-15 an attribute that occurs twice, or has no value or two, is badRequest', async () => {
  const twice = attribute('2.16.840.1.113733.1.9.2', text('21'))
  const bodies = [
    withAttributes({}, twice),
    withAttributes({}, attribute('2.16.840.1.113733.1.9.5', der.octetString(NONCE))),
    withAttributes({ transactionId: [text('a'), text('b')] }),
    withAttributes({ messageType: [text('19'), text('19')] }),
    withAttributes({ messageType: [] }),
    withAttributes({ senderNonce: [] }),
  ]
  for (const bytes of bodies) {
    expect(await refusal(bytes, DEFAULT, [NEVER_DECRYPTS])).toMatchObject({
      reason: 'bad_attributes',
      failInfo: 'badRequest',
    })
  }
})

test('S-3.2.1-14 a missing senderNonce is badRequest without a nonce to copy; the switch tolerates it', async () => {
  const bytes = withAttributes({ senderNonce: null })
  const error = await refusal(bytes)
  expect(error).toMatchObject({ reason: 'bad_attributes', failInfo: 'badRequest' })
  expect(error.replyTo?.senderNonce).toBeUndefined()
  expect((await open(bytes, LEGACY)).senderNonce).toBeUndefined()
})

test.each([1, 8, 16, 32, 64])('S-3.2.1.5-02 a senderNonce of %d octets is copied', async (length) => {
  const nonce = Buffer.alloc(length, 0xa5)
  expect((await open(withAttributes({ senderNonce: [der.octetString(nonce)] }))).replyTo.senderNonce).toEqual(nonce)
})

test('S-3.2.1.5-02 a senderNonce of 65 octets, or of none, is badRequest', async () => {
  for (const length of [0, 65]) {
    const bytes = withAttributes({ senderNonce: [der.octetString(Buffer.alloc(length))] })
    expect(await refusal(bytes, LEGACY)).toMatchObject({ reason: 'bad_attributes' })
  }
})

test('S-3.2.1-11 S-3.2.1.5-06 foreign attributes and a recipientNonce are ignored', async () => {
  const foreign = [
    attribute('2.16.840.1.113733.1.9.6', der.octetString(NONCE)),
    attribute('1.2.840.113549.1.9.15', der.sequence()),
    attribute('1.2.840.113549.1.9.25.3', der.octetString(NONCE)),
    attribute('1.3.6.1.4.1.311.21.33', der.integer(1)),
    attribute('1.2.840.113549.1.9.52', der.sequence(der.nullValue())),
  ]
  expect((await open(withAttributes({}, ...foreign))).messageType).toBe('PKCSReq')
})

test('S-3.2.1.4-13 C-SA-06 the signing time is judged only where a window is set, and only if it is there', async () => {
  const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000)
  const at = (time: Date) => withAttributes({}, attribute('1.2.840.113549.1.9.5', der.time(time)))
  const window = resolveCompatibility('default', { timeWindowSeconds: 600 })
  const tenYears = new Date('2016-06-01T12:00:00Z')
  expect((await open(at(tenYears))).messageType).toBe('PKCSReq')
  expect(await refusal(at(tenYears), window)).toMatchObject({ reason: 'bad_time', failInfo: 'badTime' })
  expect(await refusal(at(minutes(11)), window)).toMatchObject({ failInfo: 'badTime' })
  expect(await refusal(at(minutes(-11)), window)).toMatchObject({ failInfo: 'badTime' })
  expect((await open(at(minutes(9)), window)).messageType).toBe('PKCSReq')
  expect((await open(message(), window)).messageType).toBe('PKCSReq')
  const general = attribute('1.2.840.113549.1.9.5', der.encode(0x18, Buffer.from('20260601120000Z')))
  expect((await openRequest(withAttributes({}, general), [RA_KEY], window, NOW)).messageType).toBe('PKCSReq')
})
