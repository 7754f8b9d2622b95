import { randomBytes } from 'node:crypto'
import { der } from '@chancery/pki'
import { expect, test } from 'vitest'
import type { ScepError } from '../scep-error.ts'
import {
  CA,
  CSR,
  DEFAULT,
  DEVICE,
  message,
  NEVER_DECRYPTS,
  open,
  RA,
  RA_KEY,
  raKey,
  refusal,
} from '../testing/exchange.ts'
import { algorithm, commonName, extension, rawCertificate, rawCsr, rsaKey } from '../testing/raw-certificate.ts'
import { contentInfo, issuerAndSerial, rawEnvelope, wrap } from '../testing/raw-message.ts'

const OTHER = rawCertificate({ subject: commonName('another CA'), serial: Buffer.from([9]) })

test('S-3.1-08 C-ID-09 a request without content is badRequest', async () => {
  for (const eContent of [undefined, Buffer.alloc(0)]) {
    expect(await refusal(message({ eContent }))).toMatchObject({ reason: 'no_envelope', failInfo: 'badRequest' })
  }
})

test('S-3.1-09 a request in the clear is badRequest', async () => {
  expect(await refusal(message({ eContent: CSR }))).toMatchObject({ reason: 'no_envelope', failInfo: 'badRequest' })
})

test('S-3.2-03 an EnvelopedData without its ContentInfo is badRequest', async () => {
  const eContent = rawEnvelope({ content: CSR, recipient: RA, contentInfo: (enveloped) => enveloped })
  expect(await refusal(message({ eContent }))).toMatchObject({ reason: 'no_envelope', failInfo: 'badRequest' })
})

test('S-3.2-01 content of another type than id-data is badRequest', async () => {
  for (const eContentType of ['1.2.840.113549.1.7.2', '1.2.840.113549.1.7.3']) {
    expect(await refusal(message({ eContentType }))).toMatchObject({ reason: 'no_envelope', failInfo: 'badRequest' })
  }
})

test('S-3.2.2-01 encrypted content of another type than id-data is badRequest', async () => {
  const bytes = message({}, { contentType: '1.2.840.113549.1.7.2' })
  expect(await refusal(bytes)).toMatchObject({ reason: 'no_envelope', failInfo: 'badRequest' })
})

test('S-3.1-04 ours is found among several recipients', async () => {
  const foreign = der.sequence(
    der.integer(0),
    issuerAndSerial(OTHER),
    algorithm('1.2.840.113549.1.1.1', der.nullValue()),
    der.octetString(wrap(OTHER, randomBytes(16))),
  )
  const agreement = der.implicit(1, der.sequence(der.integer(3)))
  const bytes = message({}, { recipientInfos: (ours) => [foreign, agreement, ours] })
  expect((await open(bytes)).csr.der).toEqual(CSR)
})

test('design rule 9 the key that the message names opens it, whichever it is', async () => {
  const retired = rawCertificate({ subject: commonName('Test RA'), serial: Buffer.from([7]) })
  const keys = [RA_KEY, raKey(retired, 'ra-0')]
  expect((await open(message({}, { recipient: retired }), DEFAULT, keys)).replyTo.ra?.id).toBe('ra-0')
  expect((await open(message(), DEFAULT, keys)).replyTo.ra?.id).toBe('ra-1')
})

test('S-3.1-06 a recipient whose issuer is written in another string type is ours', async () => {
  const rid = issuerAndSerial({ ...RA, issuer: commonName('TEST  ca', der.printableString) })
  expect((await open(message({}, { rid }))).replyTo.ra?.id).toBe('ra-1')
})

test('S-3.1-07 a recipient named by its subject key identifier is ours', async () => {
  const identifier = Buffer.from('a1a2a3', 'hex')
  const ra = rawCertificate({ extensions: [extension('2.5.29.14', false, der.octetString(identifier))] })
  const rid = der.implicit(0, der.octetString(identifier))
  const request = await open(message({}, { recipient: ra, rid }), DEFAULT, [RA_KEY, raKey(ra, 'by-ski')])
  expect(request.replyTo.ra?.id).toBe('by-ski')
})

test('an envelope that names an old certificate of our key is opened', async () => {
  const rid = issuerAndSerial({ ...RA, serial: Buffer.from([99]) })
  expect((await open(message({}, { rid }))).csr.der).toEqual(CSR)
})

test('S-3.2.2-04 originatorInfo and unprotected attributes are ignored', async () => {
  const rest = [der.implicit(1, der.set(der.sequence(der.oid('1.2.3.4'), der.set(der.nullValue()))))]
  expect((await open(message({}, { rest }))).csr.der).toEqual(CSR)
})

test('C-AL-11 content that fills its last block is padded by a whole one', async () => {
  for (let length = 0; length < 16; length++) {
    const content = rawCsr({ privateKey: DEVICE.privateKey, subject: commonName('x'.repeat(length + 1)) })
    expect((await open(message({}, { content }))).csr.der).toEqual(content)
  }
})

/** What a device can tell apart: everything but the detail. */
const outcome = ({ reason, failInfo, message, replyTo }: ScepError) =>
  JSON.stringify([reason, failInfo, message, replyTo?.digest, replyTo?.contentEncryption])

const UNIFORM = JSON.stringify([
  'bad_envelope',
  'badRequest',
  'the encrypted request cannot be processed',
  'sha256',
  'aes-128-cbc',
])

test('S-3.1-05 S-3.2.1.4-14 S-7-01 S-7-02 one outcome for everything that can be wrong behind the envelope', async () => {
  const flipped = Buffer.from(CSR)
  flipped[CSR.length - 9] = (flipped[CSR.length - 9] as number) ^ 1
  const attempts: Record<string, Buffer> = {
    'S-3.1-05 another recipient': message({}, { recipient: OTHER }),
    'a ciphertext of noise': message({}, { encryptedKey: Buffer.concat([Buffer.from([0]), randomBytes(255)]) }),
    'a ciphertext above the modulus': message({}, { encryptedKey: Buffer.alloc(256, 0xff) }),
    'a ciphertext that is too short': message({}, { encryptedKey: randomBytes(128) }),
    'no ciphertext': message({}, { encryptedKey: Buffer.alloc(0) }),
    'C-AL-10 a content key of another length': message(
      {},
      { contentKey: randomBytes(24), cipher: 'aes-128-cbc', encryptedKey: wrap(RA, randomBytes(24)) },
    ),
    'S-3.2.2-03 no encrypted content': message({}, { encryptedContent: () => undefined }),
    'S-3.2.2-03 empty encrypted content': message(
      {},
      { encryptedContent: () => der.implicit(0, der.octetString(Buffer.alloc(0))) },
    ),
    'S-3.2.2-03 15 octets': message({}, { encryptedContent: () => der.implicit(0, der.octetString(randomBytes(15))) }),
    'C-AL-09 no initialisation vector': message({}, { contentEncryption: () => algorithm('2.16.840.1.101.3.4.1.2') }),
    'C-AL-09 a NULL for it': message(
      {},
      { contentEncryption: () => algorithm('2.16.840.1.101.3.4.1.2', der.nullValue()) },
    ),
    'C-AL-09 8 octets': message(
      {},
      { contentEncryption: () => algorithm('2.16.840.1.101.3.4.1.2', der.octetString(randomBytes(8))) },
    ),
    'C-AL-09 17 octets': message(
      {},
      { contentEncryption: () => algorithm('2.16.840.1.101.3.4.1.2', der.octetString(randomBytes(17))) },
    ),
    'text instead of a request': message({}, { content: Buffer.from('hello') }),
    'S-3.2.1.2-03 an IssuerAndSerialNumber': message({}, { content: issuerAndSerial(CA) }),
    'S-3.2.1.2-03 a certificate': message({}, { content: CA.certificate }),
    'S-3.2.2-05 a byte behind the request': message({}, { content: Buffer.concat([CSR, Buffer.from([0])]) }),
    'S-3.3.1-06 a flipped signature': message({}, { content: flipped }),
    'S-7-07 somebody else’s key': message({}, { content: rawCsr({ privateKey: rsaKey() }) }),
    'an unknown signature algorithm': message(
      {},
      { content: rawCsr({ privateKey: DEVICE.privateKey, signatureAlgorithm: algorithm('1.2.3.4') }) },
    ),
    'another ContentInfo': message({}, { content: contentInfo('1.2.840.113549.1.7.1', der.octetString(CSR)) }),
  }
  for (const [name, bytes] of Object.entries(attempts)) {
    expect(outcome(await refusal(bytes)), name).toBe(UNIFORM)
  }
})

test('S-7-02 C-AL-11 every flipped bit of the encrypted content has the one outcome', async () => {
  const content = rawCsr({ privateKey: DEVICE.privateKey })
  const contentKey = randomBytes(16)
  for (let at = 0; at < content.length; at += 1) {
    const encryptedContent = (right: Buffer) => {
      const changed = Buffer.from(right)
      changed[at] = (changed[at] as number) ^ (1 << (at % 8))
      return der.implicit(0, der.octetString(changed))
    }
    const found = await open(message({}, { content, contentKey, encryptedContent })).then(
      () => 'opened',
      (error: ScepError) => outcome(error),
    )
    expect(found).toBe(UNIFORM)
  }
})

test('S-7-01 every failing message costs one decryption and says nothing before it', async () => {
  let decryptions = 0
  const counting = {
    ...RA_KEY,
    decryption: {
      publicKey: RA_KEY.decryption.publicKey,
      inProcess: true,
      decrypt: (...args: Parameters<typeof RA_KEY.decryption.decrypt>) => {
        decryptions++
        return RA_KEY.decryption.decrypt(...args)
      },
    },
  }
  const bodies = [
    message(),
    message({}, { recipient: OTHER }),
    message({}, { encryptedKey: randomBytes(10) }),
    message({}, { content: Buffer.from('hello') }),
  ]
  for (const bytes of bodies) await open(bytes, DEFAULT, [counting]).catch(() => undefined)
  expect(decryptions).toBe(bodies.length)
})

test('a key store that does not answer is our fault, not the device’s', async () => {
  await expect(open(message(), DEFAULT, [NEVER_DECRYPTS])).rejects.toThrow('decryption was attempted')
})
