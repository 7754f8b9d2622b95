import { Asn1Error, contextTag, der, type Element, readElement, value } from '@chancery/pki'
import { CaError } from './ca-error.ts'
import { type Allowances, checkExtensions } from './extension-rules.ts'
import { isDer } from './is-der.ts'
import { type Issuer, issuerFacts } from './issuer.ts'

/**
 * Reads the bytes that are about to be signed as a stranger would, and refuses what is not plainly an end entity's
 * certificate of this issuer (RFC 5280 §4). It knows nothing of how they were made, so that a mistake there, or a TBS
 * changed in the store, does not become a CA.
 * @throws {CaError} `ERR_CA_ORDER`
 */
export function lint(tbs: Buffer, issuer: Issuer, allowances: Allowances = {}): void {
  try {
    const certificate = readElement(tbs)
    if (certificate.children.length !== 8) refuse('it is not a TBSCertificate of version 3 with extensions')
    checkFields(certificate, issuer)
    const isNamed = value.child(certificate, SUBJECT, 'subject').children.length > 0
    if (certificate.children[EXTENSIONS]?.tag !== EXTENSIONS_TAG) refuse('its last field is not its extensions')
    checkExtensions(value.child(certificate, EXTENSIONS, 'extensions'), { ...allowances, isNamed })
  } catch (cause) {
    if (!(cause instanceof Asn1Error)) throw cause
    throw new CaError('ERR_CA_ORDER', `the certificate would be malformed: ${cause.message}`, { cause })
  }
}

const [VERSION, SERIAL, SIGNATURE, ISSUER, VALIDITY, SUBJECT, KEY, EXTENSIONS] = [0, 1, 2, 3, 4, 5, 6, 7] as const

/** [0] EXPLICIT INTEGER 2. */
const VERSION_3 = Buffer.from('a003020102', 'hex')
const EXTENSIONS_TAG = contextTag(3, true)

function checkFields(tbs: Element, issuer: Issuer): void {
  const { certificate } = issuer
  const field = (index: number): Buffer => value.child(tbs, index, 'field').bytes
  if (!field(VERSION).equals(VERSION_3)) refuse('it is not of version 3')
  checkSerialNumber(value.integerBytes(tbs.children[SERIAL], 'serial number'))
  if (!field(SIGNATURE).equals(issuerFacts(issuer).signatureAlgorithm))
    refuse('its algorithm is not the one of the issuer')
  if (!field(ISSUER).equals(certificate.subject.der)) refuse('its issuer is another one')
  checkValidity(value.child(tbs, VALIDITY, 'validity'), issuer)
  checkSubject(value.child(tbs, SUBJECT, 'subject'))
  checkKey(value.child(tbs, KEY, 'key'))
  if (field(KEY).equals(certificate.publicKey.der)) refuse('its key is the one of the CA')
}

/** RFC 5280 §4.1.2.2: positive, at most twenty octets; here also in the shortest form. */
function checkSerialNumber(octets: Buffer): void {
  const [first = 0, second = 0] = octets
  const padded = octets.length > 1 && first === 0 && second < 0x80
  const zero = octets.length === 1 && first === 0
  if (octets.length > 20 || first >= 0x80 || padded || zero)
    refuse('its serial number is not a positive one of 20 octets')
}

function checkValidity(validity: Element, { certificate }: Issuer): void {
  const notBefore = value.timeValue(validity.children[0], 'notBefore').getTime()
  const notAfter = value.timeValue(validity.children[1], 'notAfter').getTime()
  if (notBefore < certificate.notBefore.getTime()) refuse('it begins before the CA does')
  if (notAfter > certificate.notAfter.getTime()) refuse('it ends after the CA does')
  if (notAfter <= notBefore) refuse('it ends before it begins')
}

function checkSubject(subject: Element): void {
  if (!isDer(subject)) refuse('its subject is not in DER')
  if (subject.children.some(({ children }) => children.length === 0)) refuse('its subject has an empty part')
}

/** Also inside the BIT STRING: OpenSSL reads an RSA key in BER, or with a negative modulus, that others cannot read. */
function checkKey(key: Element): void {
  if (!isDer(key) || key.children.length !== 2) refuse('its key is not in DER')
  if (value.oidValue(value.child(key, 0, 'key algorithm').children[0], 'key algorithm') !== RSA_ENCRYPTION) return
  const octets = value.bitStringOctets(key.children[1], 'key')
  const [modulus, exponent] = readElement(octets).children.map((part) => value.integerBytes(part, 'RSA key'))
  if (modulus === undefined || exponent === undefined) throw new Asn1Error('its RSA key is not one')
  if (!der.sequence(der.unsignedInteger(modulus), der.unsignedInteger(exponent)).equals(octets))
    refuse('its RSA key is not in DER')
}

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'

function refuse(message: string): never {
  throw new CaError('ERR_CA_ORDER', `the certificate is refused: ${message}`)
}
