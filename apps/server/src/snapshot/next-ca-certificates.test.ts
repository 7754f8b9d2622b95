import { generateKey, selfSignedRoot } from '@chancery/ca'
import type { BuiltInIssuer } from '@chancery/connectors'
import { nameFromText, parseCertificate, parseSignedData, type SigningKey, softwareSigningKey } from '@chancery/pki'
import type { IssuerRecord, RaCertificateRecord } from '@chancery/ra'
import { expect, test } from 'vitest'
import { nextCaCertificates } from './next-ca-certificates.ts'

const NOW = new Date('2026-06-01T12:00:00Z')

async function ca(name: string) {
  const key = softwareSigningKey(await generateKey('p-256'))
  return { key, der: await selfSignedRoot({ subject: nameFromText(`CN=${name}`), key, now: NOW }) }
}

const [current, next, intermediate, root, ra] = await Promise.all(['A', 'B', 'Above', 'Root', 'RA'].map(ca))
if (!current || !next || !intermediate || !root || !ra) throw new Error('a CA is missing')

function generation(
  of: { key: SigningKey; der: Buffer },
  ...chain: Buffer[]
): { issuer: BuiltInIssuer; record: IssuerRecord } {
  const issuer: BuiltInIssuer = { id: 1, certificate: parseCertificate(of.der), key: of.key }
  const record = { certificate: of.der, chain } as unknown as IssuerRecord
  return { issuer, record }
}

const raRecord = (certificate: Buffer) => ({ certificate }) as unknown as RaCertificateRecord
const contentOf = (body: Buffer) => parseSignedData(parseSignedData(body).eContent as Buffer).certificates

test('S-4.7.1-10 the intermediates of the next CA are in the signed content, behind it', async () => {
  const answer = nextCaCertificates(generation(current), generation(next, intermediate.der, root.der), raRecord(ra.der))
  const { type, body } = await answer(NOW)
  expect(type).toBe('application/x-x509-next-ca-cert')
  expect(contentOf(body).map(({ bytes }) => bytes)).toEqual([ra.der, next.der, intermediate.der, root.der])
})

test('a next CA that is its own RA is there once', async () => {
  const { body } = await nextCaCertificates(generation(current), generation(next), raRecord(next.der))(NOW)
  expect(contentOf(body).map(({ bytes }) => bytes)).toEqual([next.der])
})

test('many who ask at once cost one signature, and a key that failed is asked again', async () => {
  let asked = 0
  const key: SigningKey = {
    ...current.key,
    inProcess: false,
    async sign(data, scheme) {
      asked++
      if (asked === 1) throw new Error('HSM unplugged')
      return current.key.sign(data, scheme)
    },
  }
  const answer = nextCaCertificates(generation({ ...current, key }), generation(next), raRecord(ra.der))
  const failed = await Promise.allSettled([answer(NOW), answer(NOW)])
  expect([asked, failed.map(({ status }) => status)]).toEqual([1, ['rejected', 'rejected']])
  await Promise.all(Array.from({ length: 20 }, () => answer(NOW)))
  expect(asked).toBe(2)
  await answer(new Date(NOW.getTime() - 11 * 60_000))
  expect(asked, 'after the clock was set back').toBe(3)
})
