import type { IncomingMessage } from 'node:http'
import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { peerOf } from './peer.ts'

const trusted = new BlockList()
trusted.addSubnet('10.0.0.0', 8)
trusted.addSubnet('fd00::', 8, 'ipv6')

function request(remoteAddress: string, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return { socket: { remoteAddress }, headers } as IncomingMessage
}

test('without trusted networks a forwarding header means nothing', () => {
  expect(peerOf(request('10.0.0.1', '192.0.2.1'), undefined)).toBe('10.0.0.1')
})

test.each([
  ['from nobody we trust', '192.0.2.9', '192.0.2.1', '192.0.2.9'],
  ['through one proxy', '10.0.0.1', '192.0.2.1', '192.0.2.1'],
  ['through two of ours', '10.0.0.1', '192.0.2.1, 10.0.0.2', '192.0.2.1'],
  ['with an address that the device made up', '10.0.0.1', '203.0.113.7, 192.0.2.1', '192.0.2.1'],
  ['with nothing but proxies', '10.0.0.1', '10.0.0.2', '10.0.0.2'],
  ['with what is no address', '10.0.0.1', 'unknown', '10.0.0.1'],
  ['with an empty header', '10.0.0.1', '', '10.0.0.1'],
  ['with a port', '10.0.0.1', '192.0.2.1:4711', '192.0.2.1'],
  ['over IPv6', 'fd00::1', '[2001:db8::1]:4711', '2001:db8::1'],
  ['from IPv4 as IPv6 writes it', '::ffff:10.0.0.1', '192.0.2.1', '192.0.2.1'],
])('S30 the peer is the rightmost address that is not ours: %s', (_, remote, forwarded, peer) => {
  expect(peerOf(request(remote, forwarded), trusted)).toBe(peer)
})

test('S30 without a header the proxy itself is the peer', () => {
  expect(peerOf(request('10.0.0.1'), trusted)).toBe('10.0.0.1')
})
