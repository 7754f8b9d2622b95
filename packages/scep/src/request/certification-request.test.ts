import { der } from '@chancery/pki'
import { expect, test } from 'vitest'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import { DEVICE, message, open, refusal } from '../testing/exchange.ts'
import { challengeAttribute, commonName, ecKey, rawCertificate, rawCsr } from '../testing/raw-certificate.ts'

const KEY = DEVICE.privateKey
const csr = (...attributes: Buffer[]) => message({}, { content: rawCsr({ privateKey: KEY, attributes }) })

test.each([
  ['PrintableString', der.printableString('Secret 1')],
  ['UTF8String', der.utf8String('Secret 1')],
  ['TeletexString', der.encode(0x14, Buffer.from('Secret 1'))],
  ['BMPString', der.encode(0x1e, Buffer.from('Secret 1', 'utf16le').swap16())],
  ['UniversalString', der.encode(0x1c, Buffer.from([...'Secret 1'].flatMap((c) => [0, 0, 0, c.charCodeAt(0)])))],
  ['IA5String', der.ia5String('Secret 1')],
])('S-3.3.1-04 a challenge in a %s is read', async (_, string) => {
  expect((await open(csr(challengeAttribute(string)))).challengePassword?.reveal()).toBe('Secret 1')
})

test('S-3.3.1-04 a challenge is neither cut nor trimmed nor folded', async () => {
  for (const secret of [' pä$$ 1 ', 'a\0b', 'ABCabc']) {
    expect((await open(csr(challengeAttribute(der.utf8String(secret))))).challengePassword?.reveal()).toBe(secret)
  }
})

test('S-3.3.1-05 two challenges are badRequest, in either order and in either form', async () => {
  const [one, other] = [der.printableString('good'), der.printableString('bad')]
  const bodies = [
    csr(challengeAttribute(one), challengeAttribute(other)),
    csr(challengeAttribute(other), challengeAttribute(one)),
    csr(challengeAttribute(one, other)),
  ]
  for (const bytes of bodies) expect(await refusal(bytes)).toMatchObject({ failInfo: 'badRequest' })
})

test('a challenge that is no string is a wrong one or badRequest, and never an absent one', async () => {
  expect((await open(csr(challengeAttribute(der.integer(7))))).challengePassword?.reveal()).toBe('\x07')
  expect(await refusal(csr(challengeAttribute(der.sequence())))).toMatchObject({ failInfo: 'badRequest' })
})

test('D-3.2.1-01 a request without a challenge, or with an empty one, has none', async () => {
  expect((await open(csr())).challengePassword).toBeUndefined()
  expect((await open(csr(challengeAttribute(der.utf8String(''))))).challengePassword).toBeUndefined()
})

test('a challenge behind an extension request is found', async () => {
  const extensions = der.sequence(der.oid('1.2.840.113549.1.9.14'), der.set(der.sequence()))
  const request = await open(csr(extensions, challengeAttribute(der.printableString('secret'))))
  expect(request.challengePassword?.reveal()).toBe('secret')
})

test('S-3.3.1-02 an empty subject is not judged here', async () => {
  const content = rawCsr({ privateKey: KEY, subject: der.sequence() })
  expect((await open(message({}, { content }))).csr.subject.rdns).toHaveLength(0)
})

test('a request for an EC key, signed by an RSA signer, opens where the keys may differ', async () => {
  const content = rawCsr({ privateKey: ecKey(), subject: commonName('ec') })
  const request = await open(message({}, { content }), resolveCompatibility('default', { signerKeyRule: 'any-key' }))
  expect(request.csr.publicKey.type).toBe('ec')
})

test('S-7-07 in a message signed by an issued certificate the new key is proven too', async () => {
  const signer = rawCertificate({ issuer: commonName('Test CA'), issuerKey: rawCertificate().privateKey })
  const content = rawCsr({ privateKey: KEY, signature: (right) => Buffer.alloc(right.length, 1) })
  expect(await refusal(message({ signer }, { content }))).toMatchObject({ reason: 'bad_envelope' })
})
