import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * `public`: anybody's. `private`: of this machine or its network, asked only where a profile allows it. `never`: no webhook
 * can be there (documentation, multicast), or something must not be reached by way of us (the metadata of a cloud).
 */
export type AddressClass = 'public' | 'private' | 'never'

/** Of the special-purpose registries (RFC 6890), and what clouds put beside them. */
const PRIVATE = networks([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10', // carrier-grade NAT
  '::1/128',
  'fc00::/7',
])

const NEVER = networks([
  '0.0.0.0/8',
  '169.254.0.0/16', // link-local, and the metadata of most clouds
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24', // relays of 6to4
  '192.175.48.0/24',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '100.100.100.200/32', // metadata (Alibaba)
  '168.63.129.16/32', // the host of an Azure machine
  'fd00:ec2::/32', // metadata (AWS)
  'fd20:ce::254/128', // metadata (Google)
])

/** All that is handed out to anybody (RFC 4291 §2.4); of it the exceptions below. */
const GLOBAL_UNICAST = networks(['2000::/3'])
const NEVER_OF_GLOBAL = networks(['2001::/23', '2001:db8::/32', '3fff::/20', '2620:4f:8000::/48'])

/** An address in any spelling; one that is none is `never`. */
export function classOf(address: string): AddressClass {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return 'never'
  if (family === 4) return ofList(address, 'ipv4', 'public')
  const octets = octetsOf(address)
  const embedded = embeddedIPv4(octets)
  if (embedded !== undefined) return classOf(embedded)
  if (!GLOBAL_UNICAST.check(address, 'ipv6')) return ofList(address, 'ipv6', 'never')
  return NEVER_OF_GLOBAL.check(address, 'ipv6') ? 'never' : 'public'
}

function ofList(address: string, family: 'ipv4' | 'ipv6', otherwise: AddressClass): AddressClass {
  if (NEVER.check(address, family)) return 'never'
  return PRIVATE.check(address, family) ? 'private' : otherwise
}

/** IPv6 addresses behind which a translator or tunnel finds an IPv4 one: as good or bad as that. */
const EMBEDDING: readonly { readonly prefix: string; readonly at: number }[] = [
  { prefix: '00000000000000000000ffff', at: 12 }, // mapped (RFC 4291 §2.5.5.2)
  { prefix: '0000000000000000ffff0000', at: 12 }, // translated (RFC 2765)
  { prefix: '0064ff9b0000000000000000', at: 12 }, // NAT64 (RFC 6052)
  { prefix: '2002', at: 2 }, // 6to4 (RFC 3056)
]

function embeddedIPv4(octets: Buffer): string | undefined {
  const hex = octets.toString('hex')
  const found = EMBEDDING.find(({ prefix }) => hex.startsWith(prefix))
  return found === undefined ? undefined : [...octets.subarray(found.at, found.at + 4)].join('.')
}

/** The sixteen octets of an IPv6 address. */
function octetsOf(address: string): Buffer {
  const dotted = /^(.*:)([0-9.]+)$/.exec(address)
  const tail = dotted?.[2]
  const plain = tail !== undefined && isIPv4(tail) ? `${dotted?.[1]}${hexGroups(tail)}` : address
  const [head = '', rest] = plain.split('::')
  const groups = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'))
  const [before, after] = [groups(head), groups(rest)]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function hexGroups(dotted: string): string {
  const hex = Buffer.from(dotted.split('.').map(Number)).toString('hex')
  return `${hex.slice(0, 4)}:${hex.slice(4)}`
}

function networks(list: readonly string[]): BlockList {
  const blocked = new BlockList()
  for (const network of list) {
    const [address = '', length] = network.split('/')
    blocked.addSubnet(address, Number(length), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  return blocked
}
