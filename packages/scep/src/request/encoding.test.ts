import { der, type Element, readElement } from '@chancery/pki'
import { expect, test } from 'vitest'
import { CSR, DEVICE, message, open, RA, refusal } from '../testing/exchange.ts'
import { contentInfo, rawEnvelope, requestAttributes } from '../testing/raw-message.ts'

const END = Buffer.from([0, 0])

/** The same value with indefinite lengths at every level outside certificates and signed attributes. */
function indefinite(element: Element, depth: number): Buffer {
  if (!element.constructed || depth === 0) return element.bytes
  const inner = element.children.map((child) => indefinite(child, depth - 1))
  return Buffer.concat([Buffer.from([element.tag, 0x80]), ...inner, END])
}

function segments(octets: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 0; at < octets.length; at += size) parts.push(der.octetString(octets.subarray(at, at + size)))
  return parts
}

test('C-BER-01 indefinite lengths on ContentInfo, SignedData and below are read', async () => {
  for (let depth = 1; depth <= 4; depth++) {
    const bytes = indefinite(readElement(message()), depth)
    expect((await open(bytes)).csr.der).toEqual(CSR)
  }
})

test('C-BER-01 C-BER-06 indefinite lengths everywhere, certificates and attributes included, are read or refused', async () => {
  await open(indefinite(readElement(message()), 32)).catch((error) => expect(error.name).toBe('ScepError'))
})

test('C-BER-01 C-BER-03 an envelope of indefinite lengths with its content in segments is read', async () => {
  for (const size of [1, 7, 16, 1000]) {
    const envelope = rawEnvelope({
      content: CSR,
      recipient: RA,
      encryptedContent: (right) => Buffer.concat([Buffer.from([0xa0, 0x80]), ...segments(right, size), END]),
    })
    const eContent = indefinite(readElement(envelope), 6)
    expect((await open(message({ eContent }))).csr.der).toEqual(CSR)
  }
})

test('C-BER-02 C-BER-04 content in segments is digested over its value', async () => {
  const inSegments = (eContent: Buffer) => {
    const [first, ...rest] = segments(eContent, 300) as [Buffer, ...Buffer[]]
    const nested = Buffer.concat([Buffer.from([0x24, 0x80]), first, der.octetString(Buffer.alloc(0)), END])
    return Buffer.concat([Buffer.from([0x24, 0x80]), nested, ...rest, END])
  }
  expect((await open(message({ wrapContent: inSegments }))).csr.der).toEqual(CSR)
})

test('C-BER-01 long-form lengths with leading zeros are read', async () => {
  const bytes = message()
  const length = bytes.length - 4
  const padded = Buffer.concat([Buffer.from([0x30, 0x84, 0, 0, length >> 8, length & 0xff]), bytes.subarray(4)])
  expect((await open(padded)).csr.der).toEqual(CSR)
})

test('S-3.2-02 C-ID-08 odd version numbers do not matter', async () => {
  for (const version of [0, 3, 4, 99]) {
    expect((await open(message({ version, signerVersion: version }))).messageType).toBe('PKCSReq')
  }
})

test('S-3.2-13 a line end or NULs behind the message are tolerated, anything else is malformed', async () => {
  for (const tail of ['0a', '0d0a', '00', '0d0a0000']) {
    expect((await open(Buffer.concat([message(), Buffer.from(tail, 'hex')]))).messageType).toBe('PKCSReq')
  }
  for (const tail of ['deadbeef', '0a30', '20']) {
    const error = await refusal(Buffer.concat([message(), Buffer.from(tail, 'hex')]))
    expect(error).toMatchObject({ reason: 'malformed', failInfo: null })
  }
})

test('a body in base64 or PEM is read', async () => {
  const base64 = message().toString('base64')
  expect((await open(Buffer.from(base64))).csr.der).toEqual(CSR)
  const lines = base64.replace(/.{64}/g, '$&\r\n')
  expect((await open(Buffer.from(`-----BEGIN PKCS7-----\n${lines}\n-----END PKCS7-----\n`))).csr.der).toEqual(CSR)
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['one octet 00', Buffer.from([0])],
  ['HTML', Buffer.from('<html><body>503</body></html>')],
  [
    'PEM of something else',
    Buffer.from(`-----BEGIN CERTIFICATE-----\n${RA.certificate.toString('base64')}\n-----END CERTIFICATE-----`),
  ],
  ['a bare EnvelopedData', rawEnvelope({ content: CSR, recipient: RA })],
  ['a certificate', DEVICE.certificate],
  [
    'a certs-only SignedData',
    contentInfo(
      '1.2.840.113549.1.7.2',
      der.sequence(
        der.integer(1),
        der.set(),
        der.sequence(der.oid('1.2.840.113549.1.7.1')),
        der.implicit(0, der.set(RA.certificate)),
        der.set(),
      ),
    ),
  ],
])('S-4.1-16 S-3-01 S-3.2.1.4-10 %s is malformed and has nobody to answer', async (_, bytes) => {
  expect(await refusal(bytes)).toMatchObject({ reason: 'malformed', failInfo: null, replyTo: undefined })
})

test('S-4.1-17 a message above 1 MiB is too large', async () => {
  expect(await refusal(Buffer.alloc((1 << 20) + 1, 0x30))).toMatchObject({ reason: 'too_large', failInfo: null })
})

test('S-7-12 nesting bombs, absurd lengths and swarms of segments are malformed', async () => {
  const nested = Buffer.alloc(20_000, Buffer.from([0x30, 0x80]))
  const oversized = Buffer.from('308400ffffff00', 'hex')
  const swarm = Buffer.concat([Buffer.from([0x24, 0x80]), Buffer.alloc(300_000, Buffer.from([4, 1, 0])), END])
  const oid = der.encode(0x30, der.encode(6, Buffer.alloc(200_000, 0xff)))
  for (const bytes of [nested, oversized, message({ wrapContent: () => swarm }), oid]) {
    expect(await refusal(bytes)).toMatchObject({ reason: 'malformed', failInfo: null })
  }
})

test('a request whose attributes are the 10 kB of an eager client opens', async () => {
  const padding = der.sequence(der.oid('1.2.3.4.5'), der.set(der.octetString(Buffer.alloc(10_000))))
  expect((await open(message({ attributes: [...requestAttributes(), padding] }))).messageType).toBe('PKCSReq')
})
