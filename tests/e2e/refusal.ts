import { der } from '@chancery/pki'
import { expect } from 'vitest'
import type { RawAnswer } from '../raw-http.ts'

/** The signed attribute of a reply that says which status it has, as bytes to look for. */
export const pkiStatus = (status: '0' | '2' | '3'): Buffer =>
  der.sequence(der.oid('2.16.840.1.113733.1.9.3'), der.set(der.printableString(status)))

/** HTTP 4xx with one line of plain text that gives nothing of the inside away. */
export function expectRefusedInText(answer: RawAnswer, statuses: readonly number[] = [400]): void {
  expect(statuses, answer.body.toString('latin1', 0, 200)).toContain(answer.status)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(answer.body.toString().trim()).toMatch(/^[^\n]{3,300}$/)
  expect(answer.body.toString()).not.toMatch(/ {4}at |node:|\/src\/|Error:|FST_/)
}

/** That, or a signed FAILURE. */
export function expectRefused(answer: RawAnswer): void {
  if (answer.status === 200) {
    expect(answer.headers.get('content-type')).toBe('application/x-pki-message')
    expect(answer.body.includes(pkiStatus('2'))).toBe(true)
  } else expectRefusedInText(answer, [400, 413])
}
