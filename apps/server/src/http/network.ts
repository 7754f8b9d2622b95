import { BlockList, isIP } from 'node:net'

/** Adds `address/length`, or a single address. @returns whether it is one */
export function addNetwork(networks: BlockList, text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const family = isIP(address)
  const longest = family === 4 ? 32 : 128
  const length = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1
  if (family === 0 || rest.length > 0 || length < 0 || length > longest) return false
  networks.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6')
  return true
}

/** Undefined: there is none. What is no network lets nobody in. */
export function networksOf(list: readonly string[]): BlockList | undefined {
  if (list.length === 0) return undefined
  const networks = new BlockList()
  for (const network of list) addNetwork(networks, network)
  return networks
}

/** Of a peer as `peerOf` gives it. */
export function isWithin(networks: BlockList, peer: string): boolean {
  const [address = ''] = peer.split('%')
  const family = isIP(address)
  return family !== 0 && networks.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
