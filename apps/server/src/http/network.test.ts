import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { addNetwork, isWithin, networksOf } from './network.ts'

test.each(['10.0.0.0/8', '192.0.2.7', '0.0.0.0/0', '2001:db8::/32', '::1', '::ffff:10.0.0.0/104'])(
  '%s is a network',
  (text) => expect(addNetwork(new BlockList(), text)).toBe(true),
)

test.each(['', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/8/8', '10.0.0.0/', '::/129', 'example.com', '10.0.0.0/-1'])(
  '"%s" is none',
  (text) => expect(addNetwork(new BlockList(), text)).toBe(false),
)

test('an address is within them in each of its families, and what is none is within nothing', () => {
  const networks = networksOf(['10.0.0.0/8', '2001:db8::/32']) as BlockList
  for (const inside of ['10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203', '2001:db8::1']) {
    expect(isWithin(networks, inside), inside).toBe(true)
  }
  for (const outside of ['11.0.0.1', '::ffff:11.0.0.1', '2001:db9::1', 'fe80::1%eth0', '', 'unknown']) {
    expect(isWithin(networks, outside), outside).toBe(false)
  }
})

test('no list is no limit, and a list without any network lets nobody in', () => {
  expect(networksOf([])).toBeUndefined()
  expect(isWithin(networksOf(['nonsense']) as BlockList, '10.0.0.1')).toBe(false)
})
