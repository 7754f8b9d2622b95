import { expect, test } from 'vitest'
import { sourceOf } from './source.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:192.0.2.1', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
])('S-7-03 %s counts as %s', (peer, source) => expect(sourceOf(peer)).toBe(source))

test.each(['127.0.0.1', '127.8.9.1', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '', 'unknown', '1.2.3'])(
  'what comes from this machine or from no address is nobody: "%s"',
  (peer) => expect(sourceOf(peer)).toBeUndefined(),
)
