import type { VoucherContact } from '@chancery/store'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ContactRecorder } from './contact-recorder.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const contact = (call: string, second: number): VoucherContact => ({
  voucher: 'a'.repeat(64),
  call,
  at: new Date(second * 1000),
  outcome: 'ok',
  detail: null,
})

function recorder({ fails = false } = {}) {
  const written: (readonly VoucherContact[])[] = []
  const warnings: unknown[] = []
  const note = async (contacts: readonly VoucherContact[]) => {
    if (fails) throw new Error('the store is away')
    written.push(contacts)
  }
  const voucherContacts = { note, of: async () => [], unacknowledged: async () => ({ held: 0, unreported: 0 }) }
  return {
    written,
    warnings,
    it: new ContactRecorder({ voucherContacts }, { warn: (what: unknown) => warnings.push(what) }),
  }
}

test('a thousand contacts within a second are one write, of the newest of each kind', async () => {
  const { it, written } = recorder()
  for (let second = 0; second < 1000; second++) it.note(contact(second % 2 === 0 ? 'validate' : 'notify', second))
  expect(written).toEqual([])
  await vi.advanceTimersByTimeAsync(1000)
  expect(written).toEqual([[contact('validate', 998), contact('notify', 999)]])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(written).toHaveLength(1)
  it.note(contact('token', 1))
  await it.flush()
  expect(written[1]).toEqual([contact('token', 1)])
})

test('nobody who notes a contact hears that it could not be written', async () => {
  const { it, warnings } = recorder({ fails: true })
  it.note(contact('validate', 1))
  await it.flush()
  expect(warnings).toHaveLength(1)
})
