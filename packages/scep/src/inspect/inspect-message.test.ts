import { buildPasswordEnvelopedData, certsOnly, der, encodePem, softwareDecryptionKey } from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import { CA, CSR, certificateOf, DEVICE, message, NOW, RA } from '../testing/exchange.ts'
import { challengeAttribute, commonName, extension, rawCsr } from '../testing/raw-certificate.ts'
import { authEnvelope, goGcmEnvelope } from '../testing/raw-gcm.ts'
import { attribute, rawEnvelope, rawSigned, requestAttributes } from '../testing/raw-message.ts'
import { reply } from '../testing/reply.ts'
import { inspectMessage } from './inspect-message.ts'
import type { InspectionNode } from './inspection.ts'

const key = softwareDecryptionKey(RA.privateKey)

/** The first node that bears a label, wherever it is. */
function find(nodes: readonly InspectionNode[], label: string): InspectionNode | undefined {
  for (const node of nodes) {
    if (node.label === label) return node
    const inside = find(node.children, label)
    if (inside !== undefined) return inside
  }
  return undefined
}

const inspect = async (bytes: Buffer, more = {}) => inspectMessage(bytes, { now: NOW, ...more })
const type = (number: string) => requestAttributes({ messageType: [der.printableString(number)] })

describe('what it is', () => {
  const nextCa = rawSigned({ signer: CA, eContent: certsOnly([CA.certificate]), attributes: [] })
  test.each([
    ['request', 'PKCSReq (19): asks for a certificate', message()],
    ['request', 'RenewalReq (17): asks for the renewal of a certificate', message({ attributes: type('17') })],
    ['request', 'CertPoll (20): asks what became of a request', message({ attributes: type('20') })],
    ['request', 'GetCert (21): asks for a certificate by its serial number', message({ attributes: type('21') })],
    ['request', 'GetCRL (22): asks for a CRL', message({ attributes: type('22') })],
    ['reply', 'CertRep (3): a reply, SUCCESS (0)', reply('0')],
    ['reply', 'CertRep (3): a reply, FAILURE (2)', reply('2')],
    ['reply', 'CertRep (3): a reply, PENDING (3)', reply('3')],
    ['next-ca', 'The answer to GetNextCACert: certificates of the next CA, signed', nextCa],
    [
      'certificates',
      'Certificates in a SignedData that nobody signed, as GetCACert answers: 2 certificates',
      certsOnly([RA.certificate, CA.certificate]),
    ],
    ['certificate', 'A certificate of CN=Test CA', CA.certificate],
    ['certification-request', 'A bare PKCS #10 certification request of CN=device1', CSR],
    ['envelope', 'An envelope without the SignedData around it', rawEnvelope({ content: CSR, recipient: RA })],
    ['signed-data', 'A SignedData that is no message of SCEP', message({ attributes: [] })],
    ['capabilities', 'The answer to GetCACaps: capabilities of a server', Buffer.from('AES\n')],
    ['query', 'A GET of SCEP: GetCACert', Buffer.from('/scep?operation=GetCACert')],
    [
      'private-key',
      'A private key: nothing of it is shown',
      Buffer.from(DEVICE.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    ],
    ['unknown', 'Nothing that SCEP knows', Buffer.from([1, 2, 3])],
    ['unknown', 'A structure that is damaged, or not of SCEP', der.sequence(der.integer(1))],
  ])('%s: %s', async (kind, title, bytes) => {
    expect(await inspect(bytes)).toMatchObject({ kind, title })
  })
})

describe('the tree', () => {
  test('has the place of each part in the input', async () => {
    const bytes = message()
    const { tree } = await inspect(bytes)
    const sid = find(find(tree, 'SignerInfo')?.children ?? [], 'serialNumber')
    expect(bytes.subarray(sid?.offset ?? 0, (sid?.offset ?? 0) + (sid?.length ?? 0))).toEqual(
      der.integer(Buffer.from([0x2a])),
    )
  })

  test('counts anew in decrypted content, and says so', async () => {
    const { tree } = await inspect(message(), { key })
    expect(find(tree, 'decrypted content')).toMatchObject({ note: expect.stringContaining('from its first octet') })
    expect(find(tree, 'CertificationRequest')).toMatchObject({ offset: 0, length: CSR.length, value: 'CN=device1' })
  })

  test('names algorithms with their object identifiers', async () => {
    const { tree } = await inspect(message({}, { oaep: true }))
    expect(find(tree, 'digestAlgorithm')?.value).toBe('sha256 (2.16.840.1.101.3.4.2.1)')
    expect(find(tree, 'keyEncryptionAlgorithm')).toMatchObject({
      value: 'RSAES-OAEP (1.2.840.113549.1.1.7)',
      note: 'sha1, MGF1 with sha1',
    })
    expect(find(tree, 'contentEncryptionAlgorithm')?.value).toBe('aes-128-cbc (2.16.840.1.101.3.4.1.2)')
  })

  test('says what attributes mean, and which have a wrong type', async () => {
    const { tree } = await inspect(message({ attributes: requestAttributes({ messageType: [der.utf8String('19')] }) }))
    expect(find(tree, 'messageType')).toMatchObject({
      value: 'PKCSReq (19)',
      note: 'written as UTF8String instead of PrintableString',
    })
    expect(find(tree, 'senderNonce')?.value).toBe('000102030405060708090a0b0c0d0e0f')
    expect(find(tree, 'transactionID')?.value).toBe('7XXEY-ERLPU-2JDR9')
  })

  test('says whether the signature is right', async () => {
    expect(find((await inspect(message())).tree, 'signature')?.note).toBe(
      'right: made with the RSA-2048 key of CN=device1',
    )
    expect(find((await inspect(message({ sign: () => Buffer.alloc(256) }))).tree, 'signature')?.note).toMatch(
      /^wrong: /,
    )
    expect(find((await inspect(message({ certificates: [] }))).tree, 'signature')?.note).toMatch(/^not verified: /)
  })

  test('shows certificates with subject, key, validity and key usage', async () => {
    const { tree } = await inspectMessage(certsOnly([RA.certificate]), { now: new Date('2030-01-01') })
    const found = find(tree, 'certificate 1')
    expect(found).toMatchObject({ value: 'CN=Test RA', note: 'RSA-2048; issuer CN=Test CA; expired' })
    expect(find([found as InspectionNode], 'keyUsage')).toMatchObject({
      value: 'digitalSignature, keyEncipherment',
      note: 'critical',
    })
    expect(find([found as InspectionNode], 'serialNumber')?.value).toBe('0102030405')
  })

  test('shows names, extensions and attributes of a request, and whose key it has', async () => {
    const san = extension('2.5.29.17', false, der.sequence(der.encode(0x82, Buffer.from('a.example'))))
    const attributes = [challengeAttribute(der.utf8String('x')), attribute('1.2.840.113549.1.9.14', der.sequence(san))]
    const content = rawCsr({ privateKey: DEVICE.privateKey, attributes })
    const { tree, summary } = await inspect(message({}, { content }), { key })
    expect(find(tree, 'subjectAltName')?.value).toBe('DNS:a.example')
    expect(find(tree, 'CertificationRequest')?.note).toBe('RSA-2048; the key of the signer')
    expect(summary).toContainEqual({ label: 'names', value: 'DNS:a.example' })
  })

  test('shows what a SUCCESS delivers', async () => {
    const { tree, summary } = await inspect(reply('0'), { key: softwareDecryptionKey(DEVICE.privateKey) })
    expect(find(find(tree, 'decrypted content')?.children ?? [], 'certificate 1')?.value).toBe('CN=device1')
    expect(summary).toContainEqual({ label: 'delivers', value: 'CN=device1' })
  })

  test('shows questions by their names', async () => {
    const pair = der.sequence(commonName('Test CA'), der.integer(77))
    const { tree, findings } = await inspect(message({ attributes: type('21') }, { content: pair }), { key })
    expect(find(tree, 'IssuerAndSerialNumber')?.children).toMatchObject([{ value: 'CN=Test CA' }, { value: '4d' }])
    expect(findings).toEqual([])
  })

  test('opens an envelope under a password', async () => {
    const envelope = { content: CSR, encryption: 'aes-128-cbc', password: 'secret', iterations: 100_000 } as const
    const bytes = message({ eContent: await buildPasswordEnvelopedData(envelope) })
    expect(find((await inspect(bytes)).tree, 'encryptedContent')?.note).toBe('encrypted: the challenge opens it')
    const { tree, findings } = await inspect(bytes, { password: new Secret('secret') })
    expect(find(tree, 'keyDerivationAlgorithm')?.note).toBe(
      '100000 rounds, salt of 16 octets, hmacWithSHA256 (1.2.840.113549.2.9)',
    )
    expect(find(tree, 'CertificationRequest')?.value).toBe('CN=device1')
    expect(findings).toEqual([])
  })

  test.each([
    ['EnvelopedData', goGcmEnvelope],
    ['AuthEnvelopedData', authEnvelope],
  ] as const)('opens AES-GCM in an %s', async (label, seal) => {
    const { tree, findings } = await inspect(message({ eContent: seal({ content: CSR, recipient: RA }) }), { key })
    expect(find(tree, 'contentEncryptionAlgorithm')?.value).toBe('aes-256-gcm (2.16.840.1.101.3.4.1.46)')
    expect(find([find(tree, label) as InspectionNode], 'CertificationRequest')?.value).toBe('CN=device1')
    expect(findings.map(({ clause }) => clause)).toContain('S-2.9-05')
  })

  test('shows as raw ASN.1 what has no meaning, with the reason', async () => {
    const { tree } = await inspect(
      message({ certificates: [der.sequence(der.sequence(), der.sequence(), der.integer(5))] }),
    )
    const found = find(tree, 'certificate 1')
    expect(found?.note).toMatch(/^cannot be read: /)
    expect(found?.children[0]?.children.at(-1)).toMatchObject({ label: 'INTEGER', value: '05' })
  })

  test('shows how far a cut message is whole', async () => {
    const { tree } = await inspect(message().subarray(0, 300))
    expect(tree[0]?.note).toMatch(/octets announced, 296 are there$/)
    expect(find(tree, 'PrintableString') ?? find(tree, 'OCTET STRING')).toBeDefined()
  })

  test('shows octets that are nothing as a dump', async () => {
    const { tree } = await inspect(Buffer.from('00ff00ff4142', 'hex'))
    expect(tree).toMatchObject([
      { label: 'octets', children: [{ value: `${'00 ff 00 ff 41 42'.padEnd(47)}  ....AB` }] },
    ])
  })
})

test('certificates given say who signed a reply without any', async () => {
  const bare = reply('2', {}, { certificates: [] })
  expect(find((await inspect(bare)).tree, 'signature')?.note).toContain('is not here')
  const { tree } = await inspect(bare, { authorities: [certificateOf(RA)] })
  expect(find(tree, 'signature')?.note).toBe('right: made with the RSA-2048 key of CN=Test RA')
})

test('a key that does not open it is told', async () => {
  const { tree } = await inspect(message(), { key: softwareDecryptionKey(DEVICE.privateKey) })
  expect(find(tree, 'encryptedContent')?.note).toBe('what was given does not open it')
})

test('further blocks of PEM are not passed over silently', async () => {
  const text = encodePem('CERTIFICATE', RA.certificate) + encodePem('CERTIFICATE', CA.certificate)
  const { tree, encoding } = await inspect(Buffer.from(text))
  expect(encoding).toBe('pem')
  expect(tree.map(({ note }) => note)).toContain('1 further block of PEM is not looked at')
})

test('an inspection is plain data', async () => {
  const inspection = await inspect(message(), { key })
  expect(structuredClone(inspection)).toEqual(inspection)
})
