import * as asn1js from 'asn1js'
import type * as pkijs from 'pkijs'

const USER_PRINCIPAL_NAME = '1.3.6.1.4.1.311.20.2.3'

/** A name of a SAN as the rendered profile writes it. */
export function generalNameText({ type, value }: pkijs.GeneralName): string {
  switch (type) {
    case 0:
      return otherNameText(value)
    case 1:
      return `email:${value}`
    case 2:
      return `DNS:${value}`
    case 6:
      return `URI:${value}`
    case 7:
      return `IP:${ipText(value.valueBlock.valueHexView)}`
    default:
      return `other:${type}`
  }
}

function otherNameText(value: { readonly valueBlock: { readonly value: readonly asn1js.BaseBlock[] } }): string {
  const [oid, wrapped] = value.valueBlock.value
  const type = oid instanceof asn1js.ObjectIdentifier ? oid.valueBlock.toString() : '?'
  const inner = wrapped instanceof asn1js.Constructed ? wrapped.valueBlock.value[0] : undefined
  const text = inner instanceof asn1js.Utf8String ? inner.valueBlock.value : hexOf(inner)
  return type === USER_PRINCIPAL_NAME ? `UPN:${text}` : `otherName:${type}=${text}`
}

const hexOf = (block: asn1js.BaseBlock | undefined): string =>
  block === undefined ? '' : Buffer.from(block.toBER()).toString('hex')

function ipText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.')
  const groups = Buffer.from(octets).toString('hex').match(/.{4}/g) ?? []
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
