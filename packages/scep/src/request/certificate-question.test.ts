import { der, nameToText } from '@chancery/pki'
import { expect, test } from 'vitest'
import { CSR, DEFAULT, DEVICE, ecRaKey, message, NOW, RA_KEY, refusal } from '../testing/exchange.ts'
import { passwordSource, rawPasswordEnvelope } from '../testing/password.ts'
import { commonName, ecKey, rawCertificate } from '../testing/raw-certificate.ts'
import { requestAttributes } from '../testing/raw-message.ts'
import { openRequest } from './open-request.ts'
import type { PasswordSource } from './password-source.ts'

const attributes = (type: string) => requestAttributes({ messageType: [der.printableString(type)] })
const PAIR = der.sequence(commonName('Test CA'), der.integer(Buffer.from('00f1', 'hex')))
const EC_DEVICE = rawCertificate({ privateKey: ecKey() })

const question = (type: string, content: Buffer = PAIR, signer = DEVICE): Buffer =>
  message({ attributes: attributes(type), signer }, { content })

const ask = (bytes: Buffer, passwords?: PasswordSource) => openRequest(bytes, [RA_KEY], DEFAULT, NOW, passwords)

test.each([
  ['21', 'GetCert'],
  ['22', 'GetCRL'],
] as const)(
  'S-3.2.1-01 S-2.3-17 messageType %s, also self-signed, asks by issuer and serial number',
  async (type, name) => {
    const request = await ask(question(type))
    if (request.messageType !== name) throw new Error(request.messageType)
    expect(nameToText(request.issuer)).toBe('CN=Test CA')
    expect(request.serialNumber.toString('hex')).toBe('00f1')
  },
)

test.each([
  ['20 octets', Buffer.alloc(20, 0x7f)],
  ['a negative one', Buffer.from([0x80])],
  ['200 octets', Buffer.alloc(200, 1)],
  ['zeros before it', Buffer.from('00000001', 'hex')],
])('S-3.3.4-02 a serial number of %s is read as it is', async (_, serial) => {
  const request = await ask(question('21', der.sequence(commonName('Test CA'), der.integer(serial))))
  expect('serialNumber' in request && request.serialNumber).toEqual(serial)
})

test('S-3.2.1.2-03 a certification request in a question, and a question in a PKCSReq, are badRequest', async () => {
  for (const bytes of [question('21', CSR), question('22', CSR), message({}, { content: PAIR })]) {
    expect(await refusal(bytes)).toMatchObject({ reason: 'bad_envelope', failInfo: 'badRequest' })
  }
})

test('S-7-02 a question that does not open is refused as one that holds something else', async () => {
  const refusals = [
    await refusal(question('21', Buffer.from('hello'))),
    await refusal(question('21', der.sequence())),
    await refusal(message({ attributes: attributes('21') }, { content: PAIR, encryptedKey: Buffer.alloc(256, 1) })),
    await refusal(
      message(
        { attributes: attributes('21') },
        { content: PAIR, recipient: rawCertificate({ serial: Buffer.from([7]) }) },
      ),
    ),
  ]
  const [first, ...others] = refusals.map(({ reason, failInfo, message: text }) => ({ reason, failInfo, text }))
  for (const other of others) expect(other).toEqual(first)
})

test('S-3.1-P17 a signer that cannot decrypt and did not seal with the secret of the endpoint is badAlg', async () => {
  for (const source of [undefined, passwordSource(['known to the endpoint'])]) {
    await expect(ask(question('21', PAIR, EC_DEVICE), source)).rejects.toMatchObject({
      reason: 'signer_cannot_encrypt',
      failInfo: 'badAlg',
    })
  }
})

test('S-3.1-P17 an endpoint without an RSA key is asked under its secret', async () => {
  const eContent = rawPasswordEnvelope({ content: PAIR, password: 'shared by all' })
  const bytes = message({ attributes: attributes('22'), eContent, signer: EC_DEVICE })
  const keys = [ecRaKey(rawCertificate({ privateKey: ecKey() }))]
  const request = await openRequest(bytes, keys, DEFAULT, NOW, passwordSource(['shared by all']))
  expect(request.messageType).toBe('GetCRL')
  expect(request.replyTo.password?.reveal()).toBe('shared by all')
})
