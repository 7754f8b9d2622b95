import { certsOnly, der, softwareDecryptionKey } from '@chancery/pki'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import { CA, CSR, certificateOf, DEVICE, message, NOW, RA } from '../testing/exchange.ts'
import { rawSigned } from '../testing/raw-message.ts'
import { reply } from '../testing/reply.ts'
import { inspectMessage } from './inspect-message.ts'
import type { InspectionNode } from './inspection.ts'

const OPTIONS = {
  now: NOW,
  key: softwareDecryptionKey(RA.privateKey),
  password: new Secret('secret'),
  authorities: [certificateOf(RA), certificateOf(CA)],
  profiles: ['default', 'legacy'],
}

const SEEDS: readonly Buffer[] = [
  message(),
  message({ digest: 'sha1' }, { cipher: 'des-cbc' }),
  reply('0'),
  reply('2'),
  certsOnly([RA.certificate, CA.certificate]),
  rawSigned({ signer: CA, eContent: certsOnly([CA.certificate]), attributes: [] }),
  CSR,
  DEVICE.certificate,
]

/** Octets changed, left out or doubled. */
const mutated = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('set', 'cut', 'double', 'tail'), fc.nat(255), fc.nat(24)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([seed, changes]) => {
    let bytes = Buffer.from(seed)
    for (const [where, kind, octet, length] of changes) {
      const at = bytes.length === 0 ? 0 : where % bytes.length
      if (kind === 'set' && bytes.length > 0) bytes[at] = octet
      if (kind === 'cut') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
      if (kind === 'double') bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])
      if (kind === 'tail') bytes = bytes.subarray(0, at)
    }
    return bytes
  })

/** Places are inside of the input, and children inside of their parents. */
function checkPlaces(nodes: readonly InspectionNode[], end: number): void {
  for (const { offset, length = 0, children } of nodes) {
    if (offset !== undefined) expect(offset + length).toBeLessThanOrEqual(end)
    checkPlaces(children, Number.POSITIVE_INFINITY)
  }
}

describe('whatever is given, an inspection comes out', () => {
  test('of mutated messages, and every place in it exists', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (bytes) => {
        const { tree, title } = await inspectMessage(bytes, OPTIONS)
        expect(title).not.toBe('')
        checkPlaces(tree, Math.max(bytes.length, 1))
      }),
      { numRuns: 1500, seed: 8894 },
    )
  })

  test('of a mutated content under a right signature', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (content) => {
        await inspectMessage(message({ eContent: content }), OPTIONS)
        await inspectMessage(message({}, { content }), OPTIONS)
      }),
      { numRuns: 200, seed: 8894 },
    )
  })

  test('of noise and of text', async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 400 }).map((text) => Buffer.from(text)),
      fc.string({ maxLength: 200 }).map((text) => Buffer.from(`GET /scep?operation=PKIOperation&message=${text}`)),
      fc.string({ maxLength: 200 }).map((text) => Buffer.from(`-----BEGIN ${text}-----\n${text}\n-----END`)),
    )
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        await inspectMessage(bytes, OPTIONS)
      }),
      { numRuns: 500, seed: 8894 },
    )
  })

  test('of a message cut anywhere', async () => {
    const bytes = message()
    for (let length = 0; length < bytes.length; length += 7) {
      expect((await inspectMessage(bytes.subarray(0, length), OPTIONS)).kind).toBe('unknown')
    }
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['deep nesting', Buffer.from('3080'.repeat(50_000), 'hex')],
    ['deep nesting of definite lengths', nested(100)],
    ['very many elements', der.encode(0x30, Buffer.from('0500'.repeat(50_000), 'hex'))],
    ['a long object identifier', der.encode(0x30, der.encode(0x06, Buffer.alloc(200_000, 0x81)))],
    ['more than a megabyte', Buffer.alloc((1 << 20) + 1, 0x30)],
    ['more than any text', Buffer.alloc(5 << 20, 0x41)],
    ['blanks', Buffer.alloc(1 << 20, 0x20)],
    ['lines', Buffer.alloc(1 << 20, 0x0a)],
    ['hexadecimal digits', Buffer.alloc(1 << 20, 0x30 + 9)],
    ['dashes', Buffer.from('-----BEGIN '.repeat(90_000))],
    ['percent signs', Buffer.from(`?message=${'%25'.repeat(300_000)}`)],
    ['tabs in a URL', Buffer.from(`?message=${'\t'.repeat(1_000_000)}`)],
    ['a dump that is none', Buffer.from(`00000000: ${'ab'.repeat(500_000)}!`)],
    ['an HTTP head without end', Buffer.from(`HTTP/1.1 200 ${'a: b\r\n'.repeat(100_000)}`)],
  ])('of %s', async (_, bytes) => {
    const { tree } = await inspectMessage(bytes, OPTIONS)
    expect(size(tree)).toBeLessThan(20_000)
  })
})

function nested(depth: number): Buffer {
  let bytes = der.integer(1)
  for (let level = 0; level < depth; level++) bytes = der.sequence(bytes)
  return bytes
}

function size(nodes: readonly InspectionNode[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + size(children), 0)
}
