import { beforeAll, describe, expect, test } from 'vitest'
import * as pki from '../index.ts'
import { segments, withIndefiniteLengths } from './testing/ber.ts'
import { type Identity, identity, signedBy } from './testing/identity.ts'

const CONTENT = Buffer.from('content')
const CONTENT_KEY = Buffer.alloc(16)
let rsa: Identity

/** What was read, used as a server uses it. Reading may end in Asn1Error; using what was read ends in no error at all. */
const READERS: Readonly<Record<string, (bytes: Buffer) => void>> = {
  signedData(bytes) {
    const read = pki.parseSignedData(bytes)
    without(() => {
      for (const signer of read.signerInfos) {
        pki.findSignerCertificates(read, signer.sid)
        pki.verifyMessageDigest(signer, read.eContent, 'sha256')
        pki.verifySignerInfo(signer, rsa.certificate.publicKey, rsa.scheme)
      }
    })
  },
  envelopedData(bytes) {
    const read = pki.parseEnvelopedData(bytes)
    without(() => {
      for (const recipient of read.recipientInfos) {
        if (recipient.kind === 'keyTransport') {
          pki.keyTransportOf(recipient.keyEncryption)
          pki.identifies(recipient.rid, rsa.certificate)
        }
        if (recipient.kind === 'password') passes(() => pki.passwordEncryptionOf(recipient))
      }
      pki.decryptContent(read, CONTENT_KEY)
    })
  },
}

/** Any error at all becomes one that no reader may end in. */
function without(use: () => void): void {
  try {
    use()
  } catch (cause) {
    throw new Error('an error after reading', { cause })
  }
}

const SEEDS: Record<string, Buffer[]> = {}

beforeAll(async () => {
  rsa = await identity('rsa')
  const unsorted = {
    attributes: [pki.buildAttribute('1.2.3'), pki.buildAttribute('1.2.3', CONTENT_TYPE, BIT_STRING, pki.der.set())],
  }
  const signed = await signedBy(rsa, CONTENT, unsorted)
  SEEDS.signedData = [signed, withIndefiniteLengths(signed, 6), pki.certsOnly([rsa.certificate.der])]
  const content = { content: CONTENT, encryption: 'aes-128-cbc' } as const
  const transport = { scheme: 'rsa-oaep', hash: 'sha256', mgfHash: 'sha1' } as const
  const transported = pki.buildEnvelopedData({ ...content, recipient: { certificate: rsa.certificate, transport } })
  const password = pki.buildEnvelopedData({ ...content, recipient: { password: 'x', iterations: 1 } })
  SEEDS.envelopedData = [transported, withIndefiniteLengths(transported, 6), password]
})

const CONTENT_TYPE = pki.der.oid('1.2.3')
const BIT_STRING = pki.der.encode(0x23, pki.der.integer(1))

/** Whether it went through; any other error than the two declared ones fails the test. */
function passes(read: () => void): boolean {
  try {
    read()
    return true
  } catch (error) {
    if (error instanceof pki.Asn1Error || error instanceof pki.PkiError) return false
    throw error
  }
}

/** Pseudo-random numbers below a limit (xorshift32): the same ones in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

describe.each(Object.entries(READERS))('C-FZ-01 %s', (what, read) => {
  const seeds = () => SEEDS[what] as Buffer[]

  test('reads what was written', () => {
    for (const seed of seeds()) expect(() => read(seed)).not.toThrow()
  })

  test('S-7-12 cut at any octet it is refused', () => {
    for (const seed of seeds())
      for (let length = 0; length < seed.length; length++)
        expect(passes(() => read(seed.subarray(0, length)))).toBe(false)
  })

  test('with any one bit flipped no other error comes out', () => {
    for (const seed of seeds()) {
      for (let bit = 0; bit < seed.length * 8; bit += 7) {
        const other = Buffer.from(seed)
        other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7))
        passes(() => read(other))
      }
    }
  })

  test('with octets set, put in, taken out and spliced from another message no other error comes out', () => {
    const next = numbers(5652)
    const all = Object.values(SEEDS).flat()
    for (let run = 0; run < 4000; run++) {
      let bytes = seeds()[next(seeds().length)] as Buffer
      for (let edits = 1 + next(3); edits > 0; edits--) bytes = edited(bytes, all[next(all.length)] as Buffer, next)
      passes(() => read(bytes))
    }
  })

  test('with any element in the place of any other no other error comes out', () => {
    const next = numbers(2315)
    const elements = Object.values(SEEDS)
      .flat()
      .flatMap((seed) => elementsOf(pki.readElement(seed)))
    for (let run = 0; run < 4000; run++) {
      const seed = pki.readElement(seeds()[next(seeds().length)] as Buffer)
      const replacement = elements[next(elements.length)] as pki.Element
      const target = next(elementsOf(seed).length)
      passes(() => read(replaced(seed, { target, replacement: replacement.bytes, at: 0 })))
    }
  })

  test('S-7-12 bombs of depth, of segments, of lengths and of object identifiers are refused', () => {
    const { der } = pki
    let deep: Buffer = der.nullValue()
    for (let depth = 0; depth < 2000; depth++) deep = der.sequence(deep)
    const wide = der.encode(0x24, ...segments(Buffer.alloc(50_000), 1))
    const oid = der.encode(pki.TAG.oid, Buffer.alloc(200_000, 0x81))
    const endless = Buffer.alloc(200_000, Buffer.from('3080', 'hex'))
    const huge = Buffer.from('3088ffffffffffffffff', 'hex')
    for (const bomb of [
      deep,
      wide,
      oid,
      endless,
      huge,
      der.sequence(der.oid(pki.CONTENT_TYPE.data), der.explicit(0, wide)),
    ])
      expect(passes(() => read(bomb))).toBe(false)
  })
})

function edited(bytes: Buffer, other: Buffer, next: (below: number) => number): Buffer {
  const at = next(bytes.length + 1)
  const from = next(other.length)
  const piece = other.subarray(from, from + 1 + next(40))
  const skipped = bytes.subarray(Math.min(bytes.length, at + next(40)))
  switch (next(4)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([next(256)]), bytes.subarray(at + 1)])
    case 1:
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
    case 2:
      return Buffer.concat([bytes.subarray(0, at), skipped])
    default:
      return Buffer.concat([bytes.subarray(0, at), piece, skipped])
  }
}

function elementsOf(e: pki.Element): pki.Element[] {
  return [e, ...e.children.flatMap(elementsOf)]
}

/** Well-formed all the same: the lengths around the replacement fit. */
function replaced(e: pki.Element, where: { target: number; replacement: Buffer; at: number }): Buffer {
  if (where.at++ === where.target) return where.replacement
  if (!e.constructed) return e.bytes
  return pki.der.encode(e.tag, ...e.children.map((part) => replaced(part, where)))
}
