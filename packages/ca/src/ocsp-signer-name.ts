import { type Certificate, der, type Name, nameOfEncoded } from '@chancery/pki'

const COMMON_NAME = '2.5.4.3'

/** Below the name of the issuer, so that it is within the names that a CA above may have limited it to. */
export function ocspSignerName({ subject }: Certificate): Name {
  return nameOfEncoded([
    ...subject.rdns.map((rdn) => rdn.map(({ oid, der: value }) => ({ oid, value }))),
    [{ oid: COMMON_NAME, value: der.printableString('OCSP responder') }],
  ])
}
