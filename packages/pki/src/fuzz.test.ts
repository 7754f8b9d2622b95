import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import * as pki from './index.ts'

/** Pseudo-random numbers below a limit (mulberry32): the same ones in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const SCHEME = { key: 'ec', digest: 'sha256' } as const
const SIGNATURE = pki.signatureAlgorithmIdentifier(SCHEME)
const KEY = pki.softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const RSA = pki.publicKeyInfoOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)
const NAME = pki.nameFromText('CN=a\\,b+serialNumber=1,O=ä,DC=example,1.2.3=#020105')
const NOW = new Date('2026-11-24T00:00:00Z')
const ALT_NAMES: pki.GeneralName[] = [
  { type: 'dns', value: 'a.example' },
  { type: 'ip', value: '::1' },
  { type: 'directory', name: NAME },
  { type: 'otherName', oid: pki.USER_PRINCIPAL_NAME, value: pki.der.utf8String('a@b') },
  { type: 'registeredId', value: '1.2.3' },
]

/** Everything that a caller can ask of what was read; lazy parts too. */
const DECODERS: Readonly<Record<string, (bytes: Buffer) => void>> = {
  certificate(bytes) {
    const c = pki.parseCertificate(bytes)
    describeName(c.subject)
    pki.sameName(c.subject, c.issuer)
    pki.serialToHex(c.serialNumber)
    describeKey(c.publicKey)
    c.digest()
    pki.keyUsage(c)
    pki.extendedKeyUsage(c)
    pki.basicConstraints(c)
    pki.subjectKeyIdentifier(c)
    pki.authorityKeyIdentifier(c)
    pki.subjectAltNames(c).map(pki.generalNameToText)
    pki.isSelfSigned(c)
  },
  request(bytes) {
    const csr = pki.parseCertificationRequest(bytes)
    describeName(csr.subject)
    pki.challengePasswords(csr)
    pki.requestedExtensions(csr).map((e) => pki.subjectAltNames({ extensions: [e] }))
    pki.certificationRequestSignatureDigest(csr)
    pki.verifyCertificationRequest(csr)
  },
  crl(bytes) {
    const crl = pki.parseCrl(bytes)
    pki.crlNumber(crl)
    crl.revoked.map(pki.revocationReason)
    pki.verifyCrl(crl, KEY.publicKey)
  },
  key: (bytes) => describeKey(pki.parsePublicKeyInfo(bytes)),
}

function describeName(name: pki.Name): void {
  const text = pki.nameToText(name)
  if (name.rdns.every((rdn) => rdn.length > 0)) expect(pki.sameName(pki.nameFromText(text), name)).toBe(true)
}

function describeKey(key: pki.PublicKeyInfo): void {
  expect(key.modulusBits === undefined).toBe(key.publicExponent === undefined)
  key.keyObject()
}

const seeds = new Map<string, Buffer[]>()

beforeAll(async () => {
  const sign = async (tbs: Buffer) => pki.assembleSigned(tbs, SIGNATURE, await KEY.sign(tbs, SCHEME))
  const extensions = [
    pki.buildBasicConstraints({ ca: true, pathLength: 1 }),
    pki.buildKeyUsage(['digitalSignature']),
    pki.buildExtendedKeyUsage(['1.3.6.1.5.5.7.3.2']),
    pki.buildSubjectKeyIdentifier(Buffer.alloc(20)),
    pki.buildAuthorityKeyIdentifier(Buffer.alloc(20)),
    pki.buildSubjectAltName(ALT_NAMES, false),
  ]
  const fields = { signature: SIGNATURE, issuer: NAME, subject: NAME, notBefore: NOW, notAfter: NOW, extensions }
  const serialNumber = Buffer.from('0102', 'hex')
  const certificates = [KEY.publicKey, RSA].map(({ der }) =>
    sign(pki.buildTbsCertificate({ ...fields, serialNumber, publicKey: der })),
  )
  seeds.set('certificate', await Promise.all(certificates))
  const request = { subject: NAME, key: KEY, challengePassword: 'abc', extensions: extensions.slice(-1) }
  seeds.set('request', [await pki.buildCertificationRequest(request)])
  const list = { signature: SIGNATURE, issuer: NAME, thisUpdate: NOW, nextUpdate: NOW, number: 5n }
  const authorityKeyIdentifier = pki.buildAuthorityKeyIdentifier(Buffer.alloc(20))
  const revoked = [{ serialNumber, at: NOW, reason: 1 }]
  seeds.set('crl', [await sign(pki.buildTbsCrl({ ...list, authorityKeyIdentifier, revoked }))])
  seeds.set('key', [KEY.publicKey.der, RSA.der])
})

/** Only the two declared errors may come out. */
function survives(decode: (bytes: Buffer) => void, bytes: Buffer): boolean {
  try {
    decode(bytes)
    return true
  } catch (error) {
    if (error instanceof pki.Asn1Error || error instanceof pki.PkiError) return false
    throw new Error(`${error} from ${bytes.toString('hex')}`, { cause: error })
  }
}

describe.each(Object.entries(DECODERS))('C-FZ-01 %s', (what, decode) => {
  const each = () => seeds.get(what) as Buffer[]

  test('reads what it was made for', () => {
    for (const seed of each()) expect(() => decode(seed)).not.toThrow()
  })

  test('truncated at every byte, it is refused', () => {
    for (const seed of each())
      for (let length = 0; length < seed.length; length++)
        expect(survives(decode, seed.subarray(0, length))).toBe(false)
  })

  test('with any one bit flipped, no other error comes out', () => {
    for (const seed of each()) {
      for (let bit = 0; bit < seed.length * 8; bit += 3) {
        const changed = Buffer.from(seed)
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
        survives(decode, changed)
      }
    }
  })

  test('with octets changed, put in, taken out and repeated, no other error comes out', () => {
    const next = numbers(8894)
    for (let run = 0; run < 3000; run++) {
      const list = each()
      let bytes: Buffer = Buffer.from(list[next(list.length)] as Buffer)
      for (let edits = next(4); edits >= 0; edits--) bytes = edit(bytes, next)
      survives(decode, bytes)
    }
  })
})

test('C-FZ-01 random octets are refused by every reader', () => {
  const next = numbers(1)
  for (let run = 0; run < 2000; run++) {
    const bytes = Buffer.from(Array.from({ length: next(60) }, () => INTERESTING[next(INTERESTING.length)] as number))
    for (const decode of Object.values(DECODERS)) survives(decode, bytes)
  }
})

const INTERESTING = [
  0x30, 0x31, 0x02, 0x03, 0x04, 0x06, 0x0c, 0x24, 0x80, 0x81, 0x82, 0xa0, 0xa3, 0, 0, 1, 2, 3, 0x7f, 0xff,
]

function edit(bytes: Buffer, next: (below: number) => number): Buffer {
  const at = next(bytes.length)
  const end = Math.min(bytes.length, at + 1 + next(16))
  const octet = Buffer.from([INTERESTING[next(INTERESTING.length)] as number])
  switch (next(4)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), octet, bytes.subarray(at + 1)])
    case 1:
      return Buffer.concat([bytes.subarray(0, at), octet, bytes.subarray(at)])
    case 2:
      return end - at >= bytes.length ? bytes : Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
    default:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
  }
}
