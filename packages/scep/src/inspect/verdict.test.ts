import { buildPasswordEnvelopedData, certsOnly, der, softwareDecryptionKey } from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { COMPATIBILITY } from '../compatibility/profile.ts'
import { resolveCompatibility } from '../compatibility/resolve.ts'
import { openRequest } from '../request/open-request.ts'
import type { PasswordSource } from '../request/password-source.ts'
import { ScepError } from '../scep-error.ts'
import { Secret } from '../secret.ts'
import { CA, CSR, certificateOf, DEVICE, message, NOW, RA, RA_KEY } from '../testing/exchange.ts'
import {
  caExtension,
  commonName,
  ecKey,
  type RawIdentity,
  rawCertificate,
  rawCsr,
  rawSign,
  rsaKey,
  signatureAlgorithm,
} from '../testing/raw-certificate.ts'
import { authEnvelope, goGcmEnvelope } from '../testing/raw-gcm.ts'
import { rawSigned, requestAttributes, wrap } from '../testing/raw-message.ts'
import { ISSUED, reply } from '../testing/reply.ts'
import { inspectMessage } from './inspect-message.ts'

const key = softwareDecryptionKey(RA.privateKey)
const authorities = [certificateOf(RA), certificateOf(CA)]
const OTHER = rawCertificate({ subject: commonName('Other CA'), privateKey: rsaKey() })
const PROFILES = Object.keys(COMPATIBILITY)

const EC = rawCertificate({ privateKey: ecKey() })
const QUESTION = der.sequence(commonName('Test CA'), der.integer(7))
const type = (number: string) => requestAttributes({ messageType: [der.printableString(number)] })
const sealed = (content: Buffer, password = 'secret') =>
  buildPasswordEnvelopedData({ content, encryption: 'aes-128-cbc', password, iterations: 1000 })

const MESSAGES: Readonly<Record<string, Buffer>> = {
  'a good request': message(),
  'SHA-1 and 3DES': message({ digest: 'sha1' }, { cipher: 'des-ede3-cbc' }),
  'single DES': message({}, { cipher: 'des-cbc' }),
  MD5: message({ digest: 'md5' }),
  OAEP: message({}, { oaep: true }),
  'no senderNonce': message({ attributes: requestAttributes({ senderNonce: null }) }),
  'no transactionID': message({ attributes: requestAttributes({ transactionId: null }) }),
  'a type nobody knows': message({ attributes: requestAttributes({ messageType: [der.printableString('18')] }) }),
  'a poll that holds a request': message({
    attributes: requestAttributes({ messageType: [der.printableString('20')] }),
  }),
  'a changed signature': message({ sign: () => Buffer.alloc(256, 1) }),
  'a wrong digest': message({ messageDigest: Buffer.alloc(32) }),
  'no certificate of the signer': message({ certificates: [] }),
  'an envelope for somebody else': message({}, { recipient: OTHER }),
  'no content': message({ eContent: undefined }),
  'another key in the request': message({}, { content: rawCsr({ privateKey: OTHER.privateKey }) }),
  'a wrong signature in the request': message(
    {},
    { content: rawCsr({ privateKey: DEVICE.privateKey, signature: () => Buffer.alloc(256, 1) }) },
  ),
  'a request over SHA-1': message({}, { content: rawCsr({ privateKey: DEVICE.privateKey, digest: 'sha1' }) }),
  'a payload that is none': message({}, { content: Buffer.from('hello') }),
  'a cut message': message().subarray(0, 500),
  'AES-GCM': message({ eContent: goGcmEnvelope({ content: CSR, recipient: RA }) }),
  AuthEnvelopedData: message({ eContent: authEnvelope({ content: CSR, recipient: RA }) }),
  'a request under a password': message({ eContent: await sealed(CSR) }),
  'an EC key under a password': message({ eContent: await sealed(rawCsr({ privateKey: EC.privateKey })), signer: EC }),
  'an EC key under another password': message({ eContent: await sealed(CSR, 'another'), signer: EC }),
  'a question under a password': message({ eContent: await sealed(QUESTION), attributes: type('21') }),
  'a question': message({ attributes: type('22') }, { content: QUESTION }),
  'a question that is none': message({ attributes: type('22') }),
  'a poll': message({ attributes: type('20') }, { content: der.sequence(commonName('a'), commonName('b')) }),
  'a poll under a password': message({ eContent: await sealed(QUESTION), attributes: type('20') }),
  'bytes behind the end': Buffer.concat([message(), Buffer.from('tail')]),
}

const SECRET = new Secret('secret')
const SOURCE: PasswordSource = { candidates: async () => [SECRET], turn: (work) => work() }

async function serverSays(bytes: Buffer, profile: string): Promise<string> {
  try {
    await openRequest(bytes, [RA_KEY], resolveCompatibility(profile), NOW, SOURCE)
    return 'would be answered'
  } catch (error) {
    if (error instanceof ScepError) return `refused ${error.reason} ${error.failInfo ?? 'HTTP 400'}`
    throw error
  }
}

describe.each(Object.entries(MESSAGES))('%s', (_, bytes) => {
  test.each(PROFILES)('with the key the verdict of %s is what openRequest does', async (profile) => {
    for (const more of [{}, { authorities }]) {
      const { verdicts } = await inspectMessage(bytes, {
        key,
        password: SECRET,
        now: NOW,
        profiles: [profile],
        ...more,
      })
      const [verdict] = verdicts
      const said =
        verdict?.outcome === 'refused'
          ? `refused ${verdict.reason} ${verdict.failInfo ?? 'HTTP 400'}`
          : verdict?.outcome
      expect(said).toBe(await serverSays(bytes, profile))
      expect(verdict?.complete).toBe(true)
    }
  })

  test.each(PROFILES)('without the key %s refuses only what it refuses with it', async (profile) => {
    const { verdicts } = await inspectMessage(bytes, { now: NOW, profiles: [profile] })
    const said = await serverSays(bytes, profile)
    if (verdicts[0]?.outcome === 'refused')
      expect(said).toBe(`refused ${verdicts[0].reason} ${verdicts[0].failInfo ?? 'HTTP 400'}`)
    // A poll under a password is answered unopened, so nothing is missing.
    else if (verdicts[0]?.complete) expect(said).toBe('would be answered')
    else expect(verdicts[0]?.outcome).toBe('would be answered')
  })
})

test('what was judged in the clear alone says so', async () => {
  const { verdicts } = await inspectMessage(message(), { now: NOW, profiles: ['default'] })
  expect(verdicts[0]).toMatchObject({ outcome: 'would be answered', complete: false })
  expect(verdicts[0]?.sentence).toContain('the key of the recipient opens it')
})

test('a request for several recipients opens whichever of them has the key', async () => {
  const foreign = der.sequence(
    der.integer(0),
    der.sequence(OTHER.issuer, der.integer(OTHER.serial)),
    der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nullValue()),
    der.octetString(wrap(OTHER, Buffer.alloc(16))),
  )
  const bytes = message({}, { recipientInfos: (ours) => [foreign, ours] })
  const { verdicts } = await inspectMessage(bytes, { key, now: NOW, profiles: ['default'] })
  expect(verdicts[0]).toMatchObject({ outcome: 'would be answered', complete: true })
})

test('a profile that does not exist is an error of the caller', async () => {
  await expect(inspectMessage(message(), { now: NOW, profiles: ['modern'] })).rejects.toThrow(
    'unknown compatibility profile',
  )
})

describe('a reply is judged as our client judges it', () => {
  const deviceKey = softwareDecryptionKey(DEVICE.privateKey)
  const judge = async (bytes: Buffer, more = {}) =>
    (await inspectMessage(bytes, { now: NOW, authorities, ...more })).verdicts[0]

  test('a SUCCESS with the key of the device', async () => {
    expect(await judge(reply('0'), { key: deviceKey })).toMatchObject({ outcome: 'would be accepted', complete: true })
  })

  test('a SUCCESS without it, as far as can be seen', async () => {
    expect(await judge(reply('0'))).toMatchObject({ outcome: 'would be accepted', complete: false })
  })

  test('FAILURE and PENDING', async () => {
    expect(await judge(reply('2'))).toMatchObject({
      outcome: 'would be accepted',
      sentence: 'A FAILURE, badRequest (2).',
    })
    expect(await judge(reply('3'))).toMatchObject({ sentence: 'A PENDING: the client asks again later.' })
  })

  test('a signature of nobody we know', async () => {
    expect(await judge(reply('2', {}, { signer: DEVICE }))).toMatchObject({
      outcome: 'refused',
      reason: 'bad_signature',
    })
  })

  test('a reply under a password, with the challenge and without', async () => {
    const bytes = reply('0', {}, { eContent: await sealed(certsOnly([ISSUED.certificate])) })
    expect(await judge(bytes, { password: SECRET })).toMatchObject({ outcome: 'would be accepted', complete: true })
    expect(await judge(bytes)).toMatchObject({ outcome: 'would be accepted', complete: false })
    expect(await judge(bytes, { password: new Secret('another') })).toMatchObject({ reason: 'reply_invalid' })
  })

  test('a CRL, of the CA and of another', async () => {
    const crlOf = (signer: RawIdentity) => {
      const id = signatureAlgorithm(signer.privateKey, 'sha256')
      const tbs = der.sequence(id, CA.issuer, der.time(NOW), der.time(NOW))
      return der.sequence(tbs, id, der.bitString(rawSign(signer.privateKey, 'sha256', tbs)))
    }
    const judged = (signer: RawIdentity, more = {}) =>
      judge(reply('0', {}, {}, { content: certsOnly([], [crlOf(signer)]) }), { key: deviceKey, ...more })
    expect(await judged(CA)).toMatchObject({ sentence: 'A SUCCESS that delivers a CRL.', complete: true })
    expect(await judged(OTHER)).toMatchObject({ outcome: 'refused', reason: 'crl_untrusted' })
    expect((await judged(OTHER, { authorities: [] }))?.sentence).toContain('which a client does not')
  })

  test('a next CA, signed by the current one and by another', async () => {
    const next = (signer: RawIdentity) =>
      rawSigned({
        signer,
        eContent: certsOnly([rawCertificate({ extensions: [caExtension()] }).certificate]),
        attributes: [],
      })
    expect(await judge(next(CA))).toMatchObject({ outcome: 'would be accepted', complete: true })
    expect(await judge(next(OTHER))).toMatchObject({ outcome: 'refused', reason: 'next_ca_untrusted' })
    expect((await inspectMessage(next(CA), { now: NOW })).verdicts).toEqual([])
  })

  test('a wrong status', async () => {
    expect(await judge(reply('1'))).toMatchObject({ outcome: 'refused', reason: 'reply_invalid' })
  })

  test('a certificate of another CA', async () => {
    const forged = {
      content: certsOnly([rawCertificate({ privateKey: DEVICE.privateKey, issuer: commonName('Nobody') }).certificate]),
    }
    expect(await judge(reply('0', {}, {}, forged), { key: deviceKey })).toMatchObject({
      reason: 'certificate_not_ours',
    })
  })

  test('without certificates of the server those inside are believed, and it says so', async () => {
    const { verdicts } = await inspectMessage(reply('3'), { now: NOW })
    expect(verdicts[0]?.sentence).toContain('which a client does not')
  })
})
