import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AddressClass, classOf } from './address.ts'

const TABLE: [AddressClass, readonly string[]][] = [
  ['public', ['1.1.1.1', '9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.0.1', '100.63.0.1']],
  ['public', ['2606:4700::1111', '2a00:1450:4001::1', '2003::1', '2001:200::1']],
  ['private', ['127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1']],
  ['private', ['100.64.0.1', '100.127.255.255', '::1', '0:0:0:0:0:0:0:1', 'fc00::1', 'fdff:ffff::1', 'FD12::1']],
  ['never', ['0.0.0.0', '0.1.2.3', '255.255.255.255', '224.0.0.1', '239.1.1.1', '240.0.0.1', '198.18.0.1']],
  ['never', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '192.0.0.1', '192.88.99.1', '169.254.0.1']],
  // Metadata of clouds.
  ['never', ['169.254.169.254', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254', '192.0.0.192']],
  ['never', ['::', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', '100::1', '2001:db8::1', '3fff::1', '2001::1']],
  ['never', ['::1.2.3.4', '64:ff9b:1::1.1.1.1', '4000::1', 'fe80::1%eth0', '::1%lo']],
  // An IPv4 address in another coat: mapped, translated, NAT64, 6to4.
  ['public', ['::ffff:1.1.1.1', '::ffff:101:101', '64:ff9b::1.1.1.1', '2002:101:101::1']],
  ['private', ['::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:a00:1', '::ffff:0:10.0.0.1']],
  ['private', ['64:ff9b::10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '2002:7f00:0001:1::5']],
  ['never', ['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', '::ffff:0.0.0.0']],
  // None that the socket would take either.
  ['never', ['', 'localhost', '127.1', '0x7f.0.0.1', '2130706433', '127.0.0.1:80', '[::1]', '10.0.0.256', '01.2.3.4']],
]

test.each(TABLE.flatMap(([kind, addresses]) => addresses.map((address) => [address, kind])))(
  '%s is %s',
  (address, kind) => expect(classOf(address)).toBe(kind),
)

describe('whatever an address is written like', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  const ipv4 = fc.tuple(octet, octet, octet, octet)
  const hex = (octets: readonly number[]) => {
    const [a, b, c, d] = octets as [number, number, number, number]
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  }

  test('an IPv4 address is the same in every coat', () => {
    fc.assert(
      fc.property(ipv4, (octets) => {
        const dotted = octets.join('.')
        const coats = [
          ...[`::ffff:${dotted}`, `::ffff:${hex(octets)}`, `::FFFF:${hex(octets).toUpperCase()}`],
          ...[`0:0:0:0:0:ffff:${dotted}`, `::ffff:0:${dotted}`, `64:ff9b::${dotted}`, `64:ff9b::${hex(octets)}`],
          ...[`2002:${hex(octets)}::`, `2002:${hex(octets)}::1`],
        ]
        expect(new Set(coats.map(classOf))).toEqual(new Set([classOf(dotted)]))
      }),
    )
  })

  test('an IPv6 address is the same with and without its zeros', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const plain = groups.map((group) => group.toString(16)).join(':')
        const padded = groups.map((group) => group.toString(16).padStart(4, '0')).join(':')
        const short = new URL(`http://[${plain}]/`).hostname.slice(1, -1)
        expect([classOf(padded), classOf(short)]).toEqual([classOf(plain), classOf(plain)])
      }),
    )
  })

  test('what is no address is never one', () => {
    const noAddress = fc.string({ maxLength: 40 }).filter((text) => !/^[0-9a-f.:]+$/i.test(text))
    fc.assert(
      fc.property(noAddress, (text) => {
        expect(classOf(text)).toBe('never')
      }),
    )
  })
})
