import { buildPasswordEnvelopedData, der } from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import type { ScepError } from '../scep-error.ts'
import { DEFAULT, DEVICE, ecRaKey, message, open, RA_KEY, refusal } from '../testing/exchange.ts'
import { passwordSource, type RawPasswordOptions, rawPasswordEnvelope } from '../testing/password.ts'
import { algorithm, challengeAttribute, commonName, ecKey, rawCertificate, rawCsr } from '../testing/raw-certificate.ts'

/** An endpoint whose only key is an EC key. */
const EC_RA = ecRaKey(rawCertificate({ privateKey: ecKey(), subject: commonName('EC CA') }))
const SECRET = 'pä$$ 1'
const csr = (challenge = SECRET) =>
  rawCsr({ privateKey: DEVICE.privateKey, attributes: [challengeAttribute(der.utf8String(challenge))] })

const sealed = (options: Partial<RawPasswordOptions> = {}): Buffer =>
  message({ eContent: rawPasswordEnvelope({ content: csr(), password: SECRET, ...options }) })

const ask = (bytes: Buffer, source = passwordSource([SECRET])) => open(bytes, DEFAULT, [EC_RA], source)
const refused = (bytes: Buffer, source = passwordSource([SECRET])) => refusal(bytes, DEFAULT, [EC_RA], source)

const outcome = ({ reason, failInfo, message }: ScepError) => ({ reason, failInfo, message })
const UNIFORM = outcome(
  await refused(message({ eContent: rawPasswordEnvelope({ content: csr(), password: 'other' }) })),
)

const hmac = (digest: string, parameters = true) => {
  const oid = { sha1: '7', sha256: '9', sha384: '10', sha512: '11' }[digest] ?? '99'
  return algorithm(`1.2.840.113549.2.${oid}`, ...(parameters ? [der.nullValue()] : []))
}

test('S-3.1-P01 S-3.1-P02 S-3.1-P04 what OpenSSL writes by default opens under the challenge', async () => {
  const request = await ask(sealed())
  expect(request.csr.der).toEqual(csr())
  expect(request.challengePassword?.reveal()).toBe(SECRET)
  expect(request.replyTo.contentEncryption).toBe('aes-128-cbc')
  expect(request.replyTo.ra).toBeUndefined()
})

test('S-3.1-P01 what we write for a key that cannot encrypt opens as well', async () => {
  const eContent = await buildPasswordEnvelopedData({ content: csr(), encryption: 'aes-256-cbc', password: SECRET })
  expect((await ask(message({ eContent }))).replyTo.contentEncryption).toBe('aes-256-cbc')
})

test('S-3.1-P01 an RSA key of the endpoint is preferred to the password beside it', async () => {
  const eContent = rawPasswordEnvelope({ content: csr(), password: SECRET })
  expect((await open(message({ eContent }), DEFAULT, [RA_KEY], passwordSource([SECRET]))).csr.der).toEqual(csr())
  const source = passwordSource([SECRET])
  await open(message(), DEFAULT, [RA_KEY, EC_RA], source)
  expect(source.derived).toBe(0)
})

test.each(['sha1', 'sha256', 'sha384', 'sha512'])('S-3.1-P05 PBKDF2 with %s is read', async (digest) => {
  for (const parameters of [true, false]) {
    const request = await ask(sealed({ prf: hmac(digest, parameters), nodePrf: digest }))
    expect(request.csr.der).toEqual(csr())
  }
})

test('S-3.1-P03 S-3.2.2-02 the version of the envelope does not matter', async () => {
  expect((await ask(sealed({ version: 0 }))).csr.der).toEqual(csr())
})

test.each([
  ['an unknown function of PBKDF2', { prf: hmac('sha3') }],
  ['AES key wrap in the place of PWRI-KEK', { keyEncryption: () => algorithm('2.16.840.1.101.3.4.1.5') }],
])('S-3.1-P05 S-3.1-P07 S-3.2.1.4-19 %s is badAlg', async (_, options) => {
  const source = passwordSource([SECRET])
  expect(await refused(sealed(options), source)).toMatchObject({
    reason: 'password_algorithm_refused',
    failInfo: 'badAlg',
  })
  expect(source.derived).toBe(0)
})

test.each([
  ['no derivation', { derivation: null }],
  ['a key length that does not fit the cipher', { keyLength: 15 }],
  ['2^31-1 rounds', { iterations: 2 ** 31 - 1 }],
  ['1,000,001 rounds', { iterations: 1_000_001 }],
  ['a salt of 1,025 octets', { salt: Buffer.alloc(1025) }],
] as const)('S-3.1-P03 S-3.1-P06 S-3.1-P16 %s is badRequest, and nothing is derived', async (_, options) => {
  const source = passwordSource([SECRET])
  expect(outcome(await refused(sealed(options), source))).toEqual(UNIFORM)
  expect(source.derived).toBe(0)
})

test('S-3.1-P09 S-7-02 one flipped bit at each octet of the wrapped key has one outcome', async () => {
  for (let at = 0; at < 32; at++) {
    const wrapped = (right: Buffer) => {
      const copy = Buffer.from(right)
      copy[at] = (copy[at] as number) ^ (1 << (at % 8))
      return copy
    }
    expect(outcome(await refused(sealed({ wrapped, iterations: 1 })))).toEqual(UNIFORM)
  }
})

describe('S-3.1-P10 which challenges are tried', () => {
  test('any of five opens it', async () => {
    for (const right of [0, 2, 4]) {
      const candidates = Array.from({ length: 5 }, (_, at) => (at === right ? SECRET : `other ${at}`))
      expect((await ask(sealed(), passwordSource(candidates))).csr.der).toEqual(csr())
    }
  })

  test('a wrong one before it never passes for the right one, however often it is tried', async () => {
    const candidates = [...Array.from({ length: 7 }, (_, at) => `other ${at}`), SECRET]
    for (let round = 0; round < 150; round++) {
      expect((await ask(sealed({ iterations: 1 }), passwordSource(candidates))).csr.der).toEqual(csr())
    }
  })

  test('the ninth is not', async () => {
    const source = passwordSource([...Array.from({ length: 8 }, (_, at) => `other ${at}`), SECRET])
    expect(outcome(await refused(sealed({ iterations: 1 }), source))).toEqual(UNIFORM)
    expect(source.derived).toBe(8)
  })

  test('rounds over all candidates stay within a million', async () => {
    const source = passwordSource(Array.from({ length: 8 }, (_, at) => `other ${at}`))
    expect(outcome(await refused(sealed({ iterations: 400_000 }), source))).toEqual(UNIFORM)
    expect(source.derived).toBe(2)
  })

  test('none has the same outcome as a wrong one', async () => {
    expect(outcome(await refused(sealed(), passwordSource([])))).toEqual(UNIFORM)
  })
})

test('S-3.1-P11 a request sealed with one challenge that carries another is refused', async () => {
  const bytes = sealed({ content: csr('another') })
  expect(outcome(await refused(bytes, passwordSource([SECRET, 'another'])))).toEqual(UNIFORM)
})

test('S-3.1-P11 a request without a challenge is refused, though it opened', async () => {
  const content = rawCsr({ privateKey: DEVICE.privateKey, attributes: [] })
  expect(outcome(await refused(sealed({ content })))).toEqual(UNIFORM)
})

test('S-3.1-10 where no challenge can be a password, its recipient is badAlg', async () => {
  expect(await refusal(sealed(), DEFAULT, [EC_RA])).toMatchObject({
    reason: 'recipient_kind_refused',
    failInfo: 'badAlg',
  })
})

test('S-2.3-20 nothing is derived for a message whose signature is wrong', async () => {
  const source = passwordSource([SECRET])
  const eContent = rawPasswordEnvelope({ content: csr(), password: SECRET })
  const error = await refused(message({ eContent, sign: () => Buffer.alloc(256) }), source)
  expect(error).toMatchObject({ reason: 'bad_signature' })
  expect(source.derived).toBe(0)
})

test('key transport to an endpoint without an RSA key is badAlg', async () => {
  expect(await refused(message())).toMatchObject({ reason: 'recipient_kind_refused', failInfo: 'badAlg' })
})
