import { randomBytes } from 'node:crypto'
import { der } from '@chancery/pki'
import { expect, test } from 'vitest'
import { CSR, DEFAULT, DEVICE, ecRaKey, message, NOW, RA, RA_KEY, refusal } from '../testing/exchange.ts'
import { passwordSource, rawPasswordEnvelope } from '../testing/password.ts'
import { commonName, ecKey, rawCertificate, rawCsr } from '../testing/raw-certificate.ts'
import { rawEnvelope, requestAttributes } from '../testing/raw-message.ts'
import { openRequest } from './open-request.ts'

const attributes = requestAttributes({ messageType: [der.printableString('20')] })
const NAMES = der.sequence(commonName('Test CA'), commonName('device1'))

const poll = (content: Buffer, envelope: Partial<Parameters<typeof rawEnvelope>[0]> = {}): Buffer =>
  message({ attributes }, { content, ...envelope })

const ask = (bytes: Buffer) => openRequest(bytes, [RA_KEY], DEFAULT, NOW)

test('S-3.2.1-01 S-3.3.3-02 D-3.1.1.2-02 a poll is told by transactionID and signer', async () => {
  const request = await ask(poll(NAMES))
  expect(request).toMatchObject({ messageType: 'CertPoll', transactionId: '7XXEY-ERLPU-2JDR9' })
  expect(request.signer.certificate.der).toEqual(DEVICE.certificate)
  expect(request.replyTo.ra?.id).toBe('ra-1')
})

test.each([
  ['an empty sequence', der.sequence()],
  ['nothing', Buffer.alloc(0)],
  ['one name', commonName('device1')],
  ['text', Buffer.from('hello')],
])('S-3.3.3-03 %s in the place of the names is tolerated', async (_, content) => {
  expect((await ask(poll(content))).messageType).toBe('CertPoll')
})

test('S-7-02 whether the envelope of a poll opens shows nowhere', async () => {
  const bodies = [
    poll(NAMES, { encryptedKey: randomBytes(256) }),
    poll(NAMES, { encryptedKey: randomBytes(10) }),
    poll(NAMES, { recipient: rawCertificate({ subject: commonName('somebody else') }) }),
    poll(NAMES, { encryptedContent: (right) => der.implicit(0, der.octetString(randomBytes(right.length))) }),
    // A captured request, changed: no change of it is a request whose signature is right.
    poll(CSR, {
      encryptedContent: (right) => der.implicit(0, der.octetString(right.subarray(0, right.length - 16))),
    }),
  ]
  const opened = await ask(poll(NAMES))
  for (const bytes of bodies) {
    // Beside what was read of it.
    const request = await ask(bytes)
    const { replyTo, message } = request
    expect(request).toEqual({ ...opened, replyTo, message })
  }
})

test('S-3.2.1.2-03 a poll that carries a whole certification request is badRequest', async () => {
  expect(await refusal(poll(CSR))).toMatchObject({ reason: 'bad_envelope', failInfo: 'badRequest' })
  const other = rawCsr({ privateKey: rawCertificate().privateKey })
  expect(await refusal(poll(other))).toMatchObject({ reason: 'bad_envelope' })
})

test('S-3.1-08 a poll without an envelope is badRequest', async () => {
  expect(await refusal(message({ attributes, eContent: undefined }))).toMatchObject({ reason: 'no_envelope' })
})

test('S-3.2.1.4-19 the algorithms of a poll are judged as those of a request', async () => {
  expect(await refusal(poll(NAMES, { cipher: 'des-cbc' }))).toMatchObject({ reason: 'content_encryption_refused' })
})

test('S-3.2.1.5-06 a recipientNonce in a poll is ignored', async () => {
  const nonce = der.sequence(der.oid('2.16.840.1.113733.1.9.6'), der.set(der.octetString(randomBytes(16))))
  const bytes = message({ attributes: [...attributes, nonce] }, { content: NAMES })
  expect((await ask(bytes)).messageType).toBe('CertPoll')
})

test('a poll under a password costs no derivation', async () => {
  const source = passwordSource(['secret'])
  const eContent = rawPasswordEnvelope({ content: NAMES, password: 'secret' })
  const keys = [ecRaKey(rawCertificate({ privateKey: ecKey() }))]
  expect((await openRequest(message({ attributes, eContent }), keys, DEFAULT, NOW, source)).messageType).toBe(
    'CertPoll',
  )
  expect(source.derived).toBe(0)
})

test('S-2.3-20 the signature of a poll comes first', async () => {
  const eContent = rawEnvelope({ content: NAMES, recipient: RA })
  const bytes = message({ attributes, eContent, sign: () => Buffer.alloc(256) })
  expect(await refusal(bytes)).toMatchObject({ reason: 'bad_signature', failInfo: 'badMessageCheck' })
})
