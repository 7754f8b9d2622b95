import type { DigestName } from '../algorithm/digest.ts'
import { buildHashParameters, parseHashParameters } from '../algorithm/hash-parameters.ts'
import { type AlgorithmIdentifier, hasNoParameters, identifierNull } from '../algorithm/identifier.ts'
import type { KeyTransport } from '../algorithm/key-transport.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { TAG } from '../der/tag.ts'
import { child, octets, oidValue } from '../der/value.ts'
import { oid, sequence } from '../der/write.ts'

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const RSAES_OAEP = '1.2.840.113549.1.1.7'
const P_SPECIFIED = '1.2.840.113549.1.1.9'
const PKCS1_IDENTIFIER = identifierNull(RSA_ENCRYPTION)

/** How a content key was wrapped; undefined when that is not one of our ways (RFC 3370 §4.2.1, RFC 3560). */
export function keyTransportOf(id: AlgorithmIdentifier): KeyTransport | undefined {
  if (id.oid === RSA_ENCRYPTION) return hasNoParameters(id) ? { scheme: 'rsa-pkcs1' } : undefined
  return id.oid === RSAES_OAEP ? oaep(id.parameters) : undefined
}

export function keyTransportIdentifier(transport: KeyTransport): Buffer {
  if (transport.scheme === 'rsa-pkcs1') return PKCS1_IDENTIFIER
  return sequence(oid(RSAES_OAEP), buildHashParameters(transport.hash, transport.mgfHash))
}

function oaep(parameters: Element | undefined): KeyTransport | undefined {
  if (parameters === undefined) return { scheme: 'rsa-oaep', hash: 'sha1', mgfHash: 'sha1' }
  try {
    const found = parseHashParameters(parameters, 'RSAES-OAEP parameters')
    if (found === undefined || !isPermitted(found.hash) || !isPermitted(found.mgfHash)) return undefined
    return hasEmptyLabel(found.third) ? { scheme: 'rsa-oaep', hash: found.hash, mgfHash: found.mgfHash } : undefined
  } catch (error) {
    if (error instanceof Asn1Error) return undefined
    throw error
  }
}

const isPermitted = (digest: DigestName): boolean => digest !== 'md5'

function hasEmptyLabel(source: Element | undefined): boolean {
  if (source === undefined) return true
  const label = source.children[1]
  return (
    oidValue(child(source, 0, 'label source'), 'label source') === P_SPECIFIED &&
    (label === undefined || octets(label, 'label', TAG.octetString).length === 0)
  )
}
