import {
  buildGeneralNames,
  type Certificate,
  der,
  type Element,
  type GeneralName,
  type Name,
  parseName,
  readElement,
  sameName,
  TAG,
  value,
} from '@chancery/pki'
import { CaError } from './ca-error.ts'

/** Names for which a CA may issue (RFC 5280 §4.2.1.10): verifiers refuse others, so it is better not to issue them. */
export interface NameConstraints {
  readonly permitted: readonly Element[]
  readonly excluded: readonly Element[]
}

const NAME_CONSTRAINTS = '2.5.29.30'
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'
/** Identifier octets of GeneralName. */
const [EMAIL, DNS, URI, IP, DIRECTORY] = [0x81, 0x82, 0x86, 0x87, 0xa4] as const
const [PERMITTED, EXCLUDED] = [0xa0, 0xa1] as const

export function nameConstraintsOf(ca: Certificate): NameConstraints | undefined {
  const extension = ca.extensions.find(({ oid }) => oid === NAME_CONSTRAINTS)
  if (extension === undefined) return undefined
  const subtrees = readElement(extension.value).children
  const bases = (tag: number) =>
    subtrees
      .filter((list) => list.tag === tag)
      .flatMap((list) => list.children.map((subtree) => value.child(subtree, 0, 'base of a name constraint')))
  return { permitted: bases(PERMITTED), excluded: bases(EXCLUDED) }
}

/** @throws {CaError} when a verifier would refuse the certificate for its names */
export function checkNameConstraints(limits: NameConstraints, subject: Name, names: readonly GeneralName[]): void {
  for (const name of namesOf(subject, names)) {
    const sameForm = (base: Element) => base.tag === name.tag
    const permitted = limits.permitted.filter(sameForm)
    if (permitted.length > 0 && !permitted.some((base) => isWithin(name, base))) refuse(name, 'is not among the names')
    if (limits.excluded.filter(sameForm).some((base) => isWithin(name, base)))
      refuse(name, 'is excluded from the names')
  }
}

/** Everything that names the holder, e-mail addresses in the subject included. */
function namesOf(subject: Name, names: readonly GeneralName[]): Element[] {
  const found = names.length === 0 ? [] : [...readElement(buildGeneralNames(names)).children]
  if (subject.rdns.length > 0) found.push(readElement(der.explicit(4, subject.der)))
  for (const { oid, value: text } of subject.rdns.flat()) {
    if (oid === EMAIL_ADDRESS && text !== undefined) {
      found.push(readElement(der.implicit(1, der.encode(TAG.ia5String, Buffer.from(text, 'utf8')))))
    }
  }
  return found
}

function isWithin(name: Element, base: Element): boolean {
  const text = name.content.toString('latin1')
  const limit = base.content.toString('latin1').toLowerCase()
  switch (name.tag) {
    case DNS:
      return isHostWithin(text, limit) || (!limit.startsWith('.') && isHostWithin(text, `.${limit}`))
    case EMAIL:
      return limit.includes('@')
        ? text.toLowerCase() === limit
        : isHostWithin(text.slice(text.lastIndexOf('@') + 1), limit)
    case URI:
      return isHostWithin(hostOf(text), limit)
    case IP:
      return isAddressWithin(name.content, base.content)
    case DIRECTORY:
      return isNameWithin(parseName(value.child(name, 0, 'name')), parseName(value.child(base, 0, 'name')))
    default:
      throw new CaError('ERR_CA_ORDER', 'the CA is constrained in names of a kind that cannot be compared here')
  }
}

/** `.example` covers what is below it, `example` itself alone, the empty constraint everything. */
function isHostWithin(host: string, limit: string): boolean {
  const folded = host.toLowerCase().replace(/\.$/, '')
  return limit === '' || limit === '.' || (limit.startsWith('.') ? folded.endsWith(limit) : folded === limit)
}

/** RFC 5280 §4.2.1.10: where URIs are constrained, one without a host is refused. */
function hostOf(uri: string): string {
  const host = URL.canParse(uri) ? new URL(uri).hostname : ''
  if (host === '') throw new CaError('ERR_CA_ORDER', `${uri} has no host, and the CA may issue for some hosts only`)
  return host
}

/** The base is an address and a mask, one behind the other. */
function isAddressWithin(address: Buffer, base: Buffer): boolean {
  const { length } = address
  if (base.length !== 2 * length) return false
  return address.every((octet, at) => ((octet ^ (base[at] as number)) & (base[length + at] as number)) === 0)
}

/** The base is the beginning of the name, from the root of the directory on. */
function isNameWithin(name: Name, base: Name): boolean {
  return base.rdns.every((rdn, at) => {
    const counterpart = name.rdns[at]
    return counterpart !== undefined && sameName(nameOf(counterpart), nameOf(rdn))
  })
}

function nameOf(rdn: Name['rdns'][number]): Name {
  const attributes = rdn.map(({ oid, der: text }) => der.sequence(der.oid(oid), text))
  return parseName(readElement(der.sequence(der.setOf(attributes))))
}

function refuse(name: Element, how: string): never {
  const shown =
    name.tag === DIRECTORY ? 'the subject' : name.tag === IP ? 'an IP address' : name.content.toString('latin1')
  throw new CaError('ERR_CA_ORDER', `${shown} ${how} for which the CA may issue`)
}
