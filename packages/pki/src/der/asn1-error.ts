/** The bytes are not the ASN.1 that was asked for. The message names the structure, never its content. */
export class Asn1Error extends Error {
  readonly code = 'ERR_ASN1'
  override readonly name = 'Asn1Error'
}
