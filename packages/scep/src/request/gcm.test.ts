import { createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import { CSR, DEFAULT, message, NEVER_DECRYPTS, open, RA, refusal } from '../testing/exchange.ts'
import { authEnvelope, goGcmEnvelope, type RawGcmOptions } from '../testing/raw-gcm.ts'

const SHAPES = [
  ['aesGcm', goGcmEnvelope],
  ['authEnvelopedData', authEnvelope],
] as const

describe.each(SHAPES)('with the switch %s', (name, envelope) => {
  const other = SHAPES.find(([candidate]) => candidate !== name)?.[0] as string
  const POLICY = resolveCompatibility('default', { [name]: true })
  const sent = (options: Partial<RawGcmOptions> = {}) =>
    message({ eContent: envelope({ content: CSR, recipient: RA, ...options }) })

  test.each([128, 192, 256] as const)(
    'S-2.9-05 AES-%d-GCM as its client writes it opens, and the reply will be in CBC under a key as long',
    async (bits) => {
      expect((await open(sent({ bits }), POLICY)).replyTo.contentEncryption).toBe(`aes-${bits}-cbc`)
    },
  )

  test('S-2.9-05 off, it is badAlg before anything is decrypted, whatever the other switch says', async () => {
    for (const policy of [DEFAULT, resolveCompatibility('default', { [other]: true })]) {
      const error = await refusal(sent(), policy, [NEVER_DECRYPTS])
      expect(error).toMatchObject({ reason: 'content_encryption_refused', failInfo: 'badAlg' })
    }
  })

  test('S-7-01 S-7-02 a wrong tag, key, key length or content is the one refusal of an envelope', async () => {
    const wrapped = (octets: Buffer) =>
      publicEncrypt({ key: createPublicKey({ key: RA.spki, format: 'der', type: 'spki' }), padding: 1 }, octets)
    const faults: Partial<RawGcmOptions>[] = [
      { tag: () => Buffer.alloc(16) },
      { tag: (right) => right.subarray(4) },
      { tag: () => Buffer.alloc(0) },
      { encryptedKey: Buffer.alloc(256, 0xff) },
      { encryptedKey: wrapped(randomBytes(32)) },
      { encryptedKey: wrapped(randomBytes(16)) },
      { content: Buffer.from('no request') },
      { content: Buffer.alloc(0) },
    ]
    for (const fault of faults) {
      const error = await refusal(sent(fault), POLICY)
      expect([error.reason, error.message, error.failInfo]).toEqual([
        'bad_envelope',
        'the encrypted request cannot be processed',
        'badRequest',
      ])
    }
  })
})

test('AuthEnvelopedData with a cipher that authenticates nothing is badAlg', async () => {
  const policy = resolveCompatibility('default', { authEnvelopedData: true })
  const envelope = authEnvelope({ content: CSR, recipient: RA, bits: 128 })
  const at = envelope.indexOf(Buffer.from('060960864801650304' + '0106', 'hex'))
  envelope[at + 10] = 2 // aes-128-cbc
  expect(await refusal(message({ eContent: envelope }), policy)).toMatchObject({ failInfo: 'badAlg' })
})
