import type { IncomingMessage } from 'node:http'
import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { isConfidential } from './confidential.ts'

const trusted = new BlockList()
trusted.addSubnet('10.0.0.0', 8)

function arrived(remoteAddress: string | undefined, headers: Record<string, string> = {}, encrypted = false): boolean {
  return isConfidential({ socket: { remoteAddress, encrypted }, headers } as unknown as IncomingMessage, trusted)
}

test('TLS, the Unix socket and the machine itself are confidential, a network is not', () => {
  expect(arrived('192.0.2.7', {}, true)).toBe(true)
  expect(arrived(undefined)).toBe(true)
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect(arrived(address)).toBe(true)
  for (const address of ['192.0.2.7', '2001:db8::1', '10.0.0.1']) expect(arrived(address)).toBe(false)
})

test('a trusted proxy is believed, whichever way it says it, also where it speaks TLS to us', () => {
  expect(arrived('10.0.0.1', { 'x-forwarded-proto': 'https' })).toBe(true)
  expect(arrived('10.0.0.1', { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'http' }, true)).toBe(false)
  expect(arrived('10.0.0.1', { 'x-forwarded-for': '192.0.2.7' }, true)).toBe(false)
})

test('nobody else is believed, and a proxy on this machine that was not declared is not the machine itself', () => {
  expect(arrived('192.0.2.7', { 'x-forwarded-proto': 'https' })).toBe(false)
  expect(arrived('127.0.0.1', { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' })).toBe(false)
  expect(arrived('192.0.2.7', { 'x-forwarded-proto': 'http' }, true)).toBe(true)
})
