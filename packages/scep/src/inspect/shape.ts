import { type Element, parseCertificate, parseCertificationRequest, parseCrl, TAG } from '@chancery/pki'
import { readable } from './node.ts'

export type Shape =
  | 'ContentInfo'
  | 'SignedData'
  | 'EnvelopedData'
  | 'CertificationRequest'
  | 'Certificate'
  | 'CertificateList'
  | 'IssuerAndSubject'
  | 'IssuerAndSerialNumber'
  | 'PrivateKey'

/** What a structure is, by its outline alone: nothing in SCEP says so beforehand, and labels lie. */
export function shapeOf(e: Element): Shape | undefined {
  if (e.tag !== TAG.sequence) return undefined
  return SHAPES.find(([, fits]) => fits(e, e.children))?.[0]
}

type Fits = (e: Element, parts: readonly (Element | undefined)[]) => boolean

const sequence = (e: Element | undefined): boolean => e?.tag === TAG.sequence
const integer = (e: Element | undefined): boolean => e?.tag === TAG.integer
const explicit0 = (e: Element | undefined): boolean => e?.tag === 0xa0

/** In the order in which they are tried: those that must not be shown first. */
const SHAPES: readonly (readonly [Shape, Fits])[] = [
  ['PrivateKey', isPrivateKey],
  ['ContentInfo', (_, [type]) => type?.tag === TAG.oid],
  ['CertificationRequest', (e) => isSigned(e) && readable(() => parseCertificationRequest(e)) !== undefined],
  ['Certificate', (e) => isSigned(e) && readable(() => parseCertificate(e)) !== undefined],
  ['CertificateList', (e) => isSigned(e) && readable(() => parseCrl(e)) !== undefined],
  // Damaged ones, told by the first field of what is signed.
  ['CertificationRequest', (e) => isSigned(e) && integer(e.children[0]?.children[0]) && hasAttributes(e)],
  ['Certificate', (e) => isSigned(e) && explicit0(e.children[0]?.children[0])],
  ['SignedData', (_, [version, digests, content]) => integer(version) && digests?.tag === TAG.set && sequence(content)],
  [
    'EnvelopedData',
    (_, [version, recipients, content]) => integer(version) && recipients?.tag === TAG.set && sequence(content),
  ],
  ['IssuerAndSerialNumber', (e, [issuer, serial]) => e.children.length === 2 && isName(issuer) && integer(serial)],
  ['IssuerAndSubject', (e, [issuer, subject]) => e.children.length === 2 && isName(issuer) && isName(subject)],
]

/** SIGNED{} of X.509: what is signed, an algorithm, a BIT STRING. */
function isSigned({ children: [tbs, algorithm, signature] }: Element): boolean {
  return sequence(tbs) && sequence(algorithm) && (signature?.tag ?? 0) === TAG.bitString
}

function hasAttributes(e: Element): boolean {
  return explicit0(e.children[0]?.children[3])
}

function isName(e: Element | undefined): boolean {
  return e?.tag === TAG.sequence && e.children.every(({ tag }) => tag === TAG.set)
}

/** PKCS #8, PKCS #1 and SEC 1: a number, then what no message begins with. */
function isPrivateKey(_: Element, [version, second, third, ...more]: readonly (Element | undefined)[]): boolean {
  if (!integer(version)) return false
  if (second?.tag === TAG.octetString) return true
  if (sequence(second) && second?.children[0]?.tag === TAG.oid && third?.tag === TAG.octetString) return true
  return integer(second) && integer(third) && more.length >= 2 && more.every((each) => integer(each) || sequence(each))
}
