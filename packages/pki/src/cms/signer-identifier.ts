import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { CONSTRUCTED, contextTag, TAG } from '../der/tag.ts'
import { child, integerBytes, octets } from '../der/value.ts'
import { integer, sequence } from '../der/write.ts'
import { sameName } from '../name/compare.ts'
import { type Name, parseName } from '../name/name.ts'
import type { Certificate } from '../x509/certificate.ts'
import { subjectKeyIdentifier } from '../x509/extension/key-identifier.ts'

/** SignerIdentifier and RecipientIdentifier (RFC 5652 §5.3, §6.2.1): which certificate is meant. */
export type SignerIdentifier =
  | {
      readonly kind: 'issuerAndSerialNumber'
      readonly issuer: Name
      /** Content octets of the INTEGER as received. */
      readonly serialNumber: Buffer
      readonly der: Buffer
    }
  | { readonly kind: 'subjectKeyIdentifier'; readonly value: Buffer }

export function parseSignerIdentifier(e: Element, what: string): SignerIdentifier {
  if ((e.tag & ~CONSTRUCTED) === KEY_IDENTIFIER) {
    return { kind: 'subjectKeyIdentifier', value: octets(e, what, KEY_IDENTIFIER) }
  }
  if (e.tag !== TAG.sequence || e.children.length !== 2) throw new Asn1Error(`${what} is malformed`)
  const issuer = parseName(child(e, 0, what))
  return { kind: 'issuerAndSerialNumber', issuer, serialNumber: integerBytes(e.children[1], what), der: e.bytes }
}

/** IssuerAndSerialNumber, both copied octet for octet: devices compare them so (S-2.3-03, C-ID-07). */
export function issuerAndSerialNumber({ issuer, serialNumber }: Pick<Certificate, 'issuer' | 'serialNumber'>): Buffer {
  return sequence(issuer.der, integer(serialNumber))
}

/** By meaning, not by bytes: embedded stacks write name and serial anew (S-3.1-06, C-ID-02). */
export function identifies(id: SignerIdentifier, certificate: Certificate): boolean {
  if (id.kind === 'issuerAndSerialNumber') {
    return sameInteger(id.serialNumber, certificate.serialNumber) && sameName(id.issuer, certificate.issuer)
  }
  try {
    return subjectKeyIdentifier(certificate)?.equals(id.value) === true
  } catch (error) {
    if (error instanceof Asn1Error) return false // the extension is malformed
    throw error
  }
}

export function sameInteger(a: Buffer, b: Buffer): boolean {
  return minimal(a).equals(minimal(b))
}

/** The shortest octets of the same two's complement integer. */
function minimal(content: Buffer): Buffer {
  let start = 0
  while (start < content.length - 1) {
    const sign = (content[start + 1] as number) >= 0x80 ? 0xff : 0
    if (content[start] !== sign) break
    start++
  }
  return start === 0 ? content : content.subarray(start)
}

const KEY_IDENTIFIER = contextTag(0, false)
