import { ipFromText } from '@chancery/pki'
import { TemplateError } from './template-error.ts'

interface Network {
  readonly base: Buffer
  readonly bits: number
}

/** @param text `10.0.0.0/8`, `fd00::/8`, or one address; @throws {TemplateError} */
export function parseNetwork(text: string): Network {
  const [address = '', length, ...more] = text.split('/')
  const base = ipFromText(address)
  if (base === undefined || more.length > 0) throw new TemplateError('a network is written 10.0.0.0/8 or fd00::/8')
  const bits = length === undefined ? base.length * 8 : Number(length)
  if ((length !== undefined && !/^\d{1,3}$/.test(length)) || bits > base.length * 8)
    throw new TemplateError(`an address of this kind has ${base.length * 8} bits`)
  return { base, bits }
}

/** Whether an address is in one of the networks; the list is read once. */
export function isInOne(networks: readonly string[], address: string): boolean {
  const known = parsed.get(networks) ?? networks.map(parseNetwork)
  parsed.set(networks, known)
  const octets = ipFromText(address)
  return octets !== undefined && known.some((network) => isIn(network, octets))
}

const parsed = new WeakMap<readonly string[], readonly Network[]>()

function isIn({ base, bits }: Network, octets: Buffer): boolean {
  if (base.length !== octets.length) return false
  const whole = bits >> 3
  if (!base.subarray(0, whole).equals(octets.subarray(0, whole))) return false
  const mask = 0xff00 >> (bits & 7)
  return (((base[whole] ?? 0) ^ (octets[whole] ?? 0)) & mask & 0xff) === 0
}
