import { Asn1Error } from '../../der/asn1-error.ts'
import { readElement } from '../../der/read.ts'
import { stringValue } from '../../der/value.ts'
import { isOid, utf8String } from '../../der/write.ts'
import { nameFromText } from '../../name/from-text.ts'
import { nameToText } from '../../name/to-text.ts'
import { PkiError } from '../../pki-error.ts'
import { type GeneralName, USER_PRINCIPAL_NAME } from './general-name.ts'
import { ipFromText, ipToText } from './ip-address.ts'
import { parseGeneralName } from './parse.ts'

/**
 * `DNS:a`, `IP:1.2.3.4`, `URI:…`, `email:…`, `UPN:…`, `dirName:CN=a`, `RID:1.2.3`, `otherName:1.2.3=#0c0161`,
 * `other:#…`. Two names have the same text only if they are the same: bindings of challenges compare it.
 */
export function generalNameToText(name: GeneralName): string {
  switch (name.type) {
    case 'dns':
      return `DNS:${name.value}`
    case 'email':
      return `email:${name.value}`
    case 'uri':
      return `URI:${name.value}`
    case 'ip':
      return `IP:${name.value}`
    case 'directory':
      return `dirName:${nameToText(name.name)}`
    case 'registeredId':
      return `RID:${name.value}`
    case 'otherName':
      return otherNameToText(name.oid, name.value)
    case 'other':
      return `other:#${name.der.toString('hex')}`
  }
}

/** The reverse; the word before the colon in any case. @throws {PkiError} */
export function generalNameFromText(text: string): GeneralName {
  const colon = text.indexOf(':')
  const read = READERS[text.slice(0, Math.max(colon, 0)).toLowerCase()]
  const value = text.slice(colon + 1)
  if (read === undefined || value === '')
    throw invalid('a name is written DNS:…, IP:…, URI:…, email:…, UPN:…, dirName:… or otherName:OID=#hex')
  const name = read(value)
  // Blanks, or octets behind other:#, may come to nothing too.
  if (/^\w+:$/.test(generalNameToText(name))) throw invalid('an empty name is no name')
  return name
}

const READERS: Readonly<Record<string, (value: string) => GeneralName>> = Object.assign(Object.create(null), {
  dns: (value: string) => ({ type: 'dns', value: ascii(value) }),
  email: (value: string) => ({ type: 'email', value: ascii(value) }),
  uri: (value: string) => ({ type: 'uri', value: ascii(value) }),
  ip: (value: string) => ({ type: 'ip', value: address(value) }),
  upn: (value: string) => ({ type: 'otherName', oid: USER_PRINCIPAL_NAME, value: utf8String(value) }),
  dirname: (value: string) => ({ type: 'directory', name: nameFromText(value) }),
  rid: (value: string) => ({ type: 'registeredId', value: oidText(value) }),
  othername: otherNameFromText,
  other: (value: string) => parsed(() => parseGeneralName(element(value))),
} satisfies Record<string, (value: string) => GeneralName>)

function otherNameToText(oid: string, value: Buffer): string {
  const principal = oid === USER_PRINCIPAL_NAME ? utf8Text(value) : undefined
  return principal === undefined ? `otherName:${oid}=#${value.toString('hex')}` : `UPN:${principal}`
}

/** Only the encoding that we would write ourselves, so that the text stands for one value. */
function utf8Text(value: Buffer): string | undefined {
  const text = stringValue(readElement(value))
  return text !== undefined && utf8String(text).equals(value) ? text : undefined
}

function otherNameFromText(value: string): GeneralName {
  const equals = value.indexOf('=')
  const oid = oidText(value.slice(0, Math.max(equals, 0)))
  return { type: 'otherName', oid, value: parsed(() => element(value.slice(equals + 1))).bytes }
}

function element(text: string) {
  if (!/^#(?:[0-9a-f]{2})+$/i.test(text)) throw invalid('octets are written # and hexadecimal digits')
  return readElement(Buffer.from(text.slice(1), 'hex'))
}

function parsed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    if (!(cause instanceof Asn1Error)) throw cause
    throw new PkiError('ERR_PKI_INVALID', 'the octets behind # are no such name', { cause })
  }
}

function address(text: string): string {
  const octets = ipFromText(text)
  const canonical = octets && ipToText(octets)
  if (canonical === undefined) throw invalid('not an IP address')
  return canonical
}

function oidText(text: string): string {
  if (!isOid(text)) throw invalid('not an object identifier')
  return text
}

function ascii(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw invalid('the name has a character that is not ASCII')
  return text
}

function invalid(message: string): PkiError {
  return new PkiError('ERR_PKI_INVALID', message)
}
