import { expect, test } from 'vitest'
import { intuneConnections } from './connections.ts'

test('a pause ends when its signal says so, and the product names its version', async () => {
  const { ports } = intuneConnections({
    environment: {},
    now: () => new Date(),
    overrides: {},
    onContact: () => undefined,
  })
  await expect(ports.pause(60_000, AbortSignal.abort())).rejects.toThrow()
  await expect(ports.pause(1, new AbortController().signal)).resolves.toBeUndefined()
  expect(ports.product).toMatch(/^Chancery\/\d+\.\d+\.\d+/)
  expect(ports.guid()).not.toBe(ports.guid())
})
