import { expect, test } from 'vitest'
import { generateKey } from './generate-key.ts'

test.each([
  ['rsa-2048', { modulusLength: 2048, publicExponent: 65537n }],
  ['rsa-3072', { modulusLength: 3072, publicExponent: 65537n }],
  ['p-256', { namedCurve: 'prime256v1' }],
  ['p-384', { namedCurve: 'secp384r1' }],
] as const)('%s is a private key of that kind', async (kind, details) => {
  const key = await generateKey(kind)
  expect(key.type).toBe('private')
  expect(key.asymmetricKeyDetails).toMatchObject(details)
})

test('a key is made beside the loop: timers run meanwhile', async () => {
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  await generateKey('rsa-4096')
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(0)
})
