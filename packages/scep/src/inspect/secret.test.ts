import { der, encodePem, softwareDecryptionKey } from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import { CSR, DEVICE, message, NOW, RA } from '../testing/exchange.ts'
import { challengeAttribute, commonName, ecKey, rawCsr } from '../testing/raw-certificate.ts'
import { inspectMessage } from './inspect-message.ts'

const key = softwareDecryptionKey(RA.privateKey)
const CHALLENGE = 'tell-nobody-4711'
const attributes = [challengeAttribute(der.utf8String(CHALLENGE))]
const csr = rawCsr({ privateKey: DEVICE.privateKey, attributes })
const hex = Buffer.from(CHALLENGE).toString('hex')

/** Where the challenge stands in the request. */
const at = csr.indexOf(CHALLENGE)
const changed = (change: (bytes: Buffer) => void) => {
  const bytes = Buffer.from(csr)
  change(bytes)
  return bytes
}

const REQUESTS: Readonly<Record<string, Buffer>> = {
  'as it should be': csr,
  'cut behind the challenge': csr.subarray(0, at + CHALLENGE.length),
  'with a length that ends before the challenge': changed((bytes) => {
    bytes[csr.indexOf(Buffer.from('06092a864886f70d010907', 'hex')) - 1] = 11
  }),
  'with a length of the attributes that is too long': changed((bytes) => {
    const attribute = csr.indexOf(Buffer.from('06092a864886f70d010907', 'hex')) - 2
    bytes[attribute - 1] = 0x7f
  }),
  'with an outermost length that is too long': changed((bytes) => {
    bytes[3] = 0xff
  }),
  'in a string type of nobody': rawCsr({
    privateKey: DEVICE.privateKey,
    attributes: [challengeAttribute(der.octetString(Buffer.from(CHALLENGE)))],
  }),
  'in two values': rawCsr({
    privateKey: DEVICE.privateKey,
    attributes: [challengeAttribute(der.utf8String('a'), der.utf8String(CHALLENGE))],
  }),
}

describe.each(Object.entries(REQUESTS))('a challenge in a request %s is not shown', (_, request) => {
  test.each([
    ['decrypted', message({}, { content: request })],
    ['in the clear', message({ eContent: request })],
    ['alone', request],
    ['as base64', Buffer.from(request.toString('base64'))],
  ])('%s', async (_, bytes) => {
    const shown = JSON.stringify(await inspectMessage(bytes, { key, now: NOW }))
    expect(shown).not.toContain(CHALLENGE)
    expect(shown.replaceAll(' ', '')).not.toContain(hex)
  })
})

test('it is shown on demand', async () => {
  const shown = JSON.stringify(
    await inspectMessage(message({}, { content: csr }), { key, now: NOW, showSecrets: true }),
  )
  expect(shown).toContain(CHALLENGE)
})

test('whether there is one is said all the same', async () => {
  const { summary } = await inspectMessage(message({}, { content: CSR }), { key, now: NOW })
  expect(summary).toContainEqual({ label: 'challenge', value: 'present' })
})

test('what was decrypted and is no structure is not shown', async () => {
  const bytes = message({}, { content: Buffer.from(`challenge: ${CHALLENGE}`) })
  expect(JSON.stringify(await inspectMessage(bytes, { key, now: NOW }))).not.toContain(hex)
})

test('a password given is not repeated', async () => {
  const shown = JSON.stringify(await inspectMessage(message(), { password: new Secret(CHALLENGE), now: NOW }))
  expect(shown).not.toContain(CHALLENGE)
})

describe('of a private key nothing is shown', () => {
  const rsa = DEVICE.privateKey
  const ec = ecKey()
  test.each([
    ['RSA, PKCS #8', rsa.export({ type: 'pkcs8', format: 'der' })],
    ['RSA, PKCS #1', rsa.export({ type: 'pkcs1', format: 'der' })],
    ['EC, PKCS #8', ec.export({ type: 'pkcs8', format: 'der' })],
    ['EC, SEC 1', ec.export({ type: 'sec1', format: 'der' })],
    [
      'two of them',
      Buffer.concat([rsa.export({ type: 'pkcs1', format: 'der' }), ec.export({ type: 'sec1', format: 'der' })]),
    ],
  ])('%s', async (_, der) => {
    for (const bytes of [der, Buffer.from(encodePem('PRIVATE KEY', der))]) {
      const { kind, tree } = await inspectMessage(bytes, { now: NOW })
      expect(kind).toBe('private-key')
      const values = JSON.stringify(tree)
      expect(values).not.toMatch(/[0-9a-f]{16}/)
    }
  })
})

test('a request whose subject is empty keeps its challenge too', async () => {
  const request = rawCsr({ privateKey: DEVICE.privateKey, subject: commonName(''), attributes })
  expect(JSON.stringify(await inspectMessage(request, { now: NOW }))).not.toContain(CHALLENGE)
})
