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
      readonly serialNumber: Buffer
      readonly der: Buffer
    }
  | { readonly kind: 'subjectKeyIdentifier'; readonly value: Buffer }

const KEY_IDENTIFIER = contextTag(0, false)

export function parseSignerIdentifier(e: Element | undefined, what: string): SignerIdentifier {
  if (e === undefined) throw new Asn1Error(`${what} is missing`)
  if (e.tag === KEY_IDENTIFIER || e.tag === (KEY_IDENTIFIER | CONSTRUCTED)) {
    return { kind: 'subjectKeyIdentifier', value: octets(e, what, KEY_IDENTIFIER) }
  }
  if (e.tag !== TAG.sequence) throw new Asn1Error(`${what} has tag ${e.tag}`)
  const issuer = parseName(child(e, 0, what))
  return { kind: 'issuerAndSerialNumber', issuer, serialNumber: integerBytes(e.children[1], what), der: e.bytes }
}

/** IssuerAndSerialNumber with the octets of the certificate: odd serials of devices must come back as they were. */
export function issuerAndSerialNumber({ issuer, serialNumber }: Certificate): Buffer {
  return sequence(issuer.der, integer(serialNumber))
}

/**
 * Whether a certificate is the one that is meant. Names are compared as names and serials as numbers, because embedded
 * stacks encode both anew.
 */
export function identifies(identifier: SignerIdentifier, certificate: Certificate): boolean {
  if (identifier.kind === 'subjectKeyIdentifier') {
    return subjectKeyIdentifier(certificate)?.equals(identifier.value) ?? false
  }
  return (
    sameInteger(identifier.serialNumber, certificate.serialNumber) && sameName(identifier.issuer, certificate.issuer)
  )
}

function sameInteger(a: Buffer, b: Buffer): boolean {
  return a.equals(b) || withoutPadding(a).equals(withoutPadding(b))
}

/** Two's complement in its shortest form. */
function withoutPadding(content: Buffer): Buffer {
  let start = 0
  while (start < content.length - 1) {
    const sign = (content[start + 1] as number) >= 0x80 ? 0xff : 0
    if (content[start] !== sign) break
    start++
  }
  return content.subarray(start)
}
