import { buildHashParameters, parseHashParameters } from '../algorithm/hash-parameters.ts'
import {
  type AlgorithmIdentifier,
  hasNoParameters,
  identifierNull,
  parseAlgorithmIdentifier,
} from '../algorithm/identifier.ts'
import { KEY_TRANSPORTS, type KeyTransport } from '../algorithm/key-transport.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { octets } from '../der/value.ts'
import { oid, sequence } from '../der/write.ts'

/** How a content key was wrapped; undefined for what we cannot undo, malformed parameters among it. */
export function keyTransportOf(id: AlgorithmIdentifier): KeyTransport | undefined {
  const scheme = KEY_TRANSPORTS.find((row) => row.oid === id.oid)?.scheme
  if (scheme === 'rsa-pkcs1') return hasNoParameters(id) ? { scheme } : undefined
  if (scheme === undefined) return undefined
  try {
    return oaep(id)
  } catch (error) {
    if (error instanceof Asn1Error) return undefined
    throw error
  }
}

/** AlgorithmIdentifier of a key transport: rsaEncryption with NULL (S-3.1-02), OAEP with its hashes. */
export function keyTransportIdentifier(transport: KeyTransport): Buffer {
  if (transport.scheme === 'rsa-pkcs1') return RSA
  return sequence(oid(OAEP), buildHashParameters(transport.hash, transport.mgfHash))
}

/** RFC 4055 §4.1. Left out altogether the parameters mean what an empty sequence means: SHA-1 throughout. */
function oaep(id: AlgorithmIdentifier): KeyTransport | undefined {
  if (hasNoParameters(id)) return { scheme: 'rsa-oaep', hash: 'sha1', mgfHash: 'sha1' }
  const found = parseHashParameters(id.parameters, 'OAEP parameters')
  if (found === undefined || found.hash === 'md5' || found.mgfHash === 'md5') return undefined
  if (found.fourth !== undefined || !isEmptyLabel(found.third)) return undefined
  return { scheme: 'rsa-oaep', hash: found.hash, mgfHash: found.mgfHash }
}

/** A label would have to be known beforehand; nobody uses one (C-AL-06). */
function isEmptyLabel(source: Element | undefined): boolean {
  if (source === undefined) return true
  const id = parseAlgorithmIdentifier(source, 'OAEP label')
  return id.oid === P_SPECIFIED && (id.parameters === undefined || octets(id.parameters, 'OAEP label').length === 0)
}

const oidOf = (scheme: KeyTransport['scheme']): string => KEY_TRANSPORTS.find((row) => row.scheme === scheme)?.oid ?? ''
const OAEP = oidOf('rsa-oaep')
const RSA = identifierNull(oidOf('rsa-pkcs1'))
const P_SPECIFIED = '1.2.840.113549.1.1.9'
