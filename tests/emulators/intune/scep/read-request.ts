import { createPublicKey } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { generalNameText } from './general-name-text.ts'

/** What a PKCS#10 says, read by a library that shares no code with the product. */
export interface ReadRequest {
  readonly signed: () => Promise<boolean>
  readonly challenge: string | undefined
  /** `CN=a` in the order of the encoding. */
  readonly subject: readonly string[]
  readonly san: readonly string[]
  /** Undefined where the extension is absent. */
  readonly keyUsage: readonly string[] | undefined
  readonly eku: readonly string[] | undefined
  readonly keyLength: number
}

const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7'
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14'
const KEY_USAGE = '2.5.29.15'
const SUBJECT_ALT_NAME = '2.5.29.17'
const EXTENDED_KEY_USAGE = '2.5.29.37'

/** @throws for anything that is no certification request */
export function readRequest(der: Buffer): ReadRequest {
  const { offset, result } = asn1js.fromBER(new Uint8Array(der))
  if (offset !== der.length) throw new Error('octets are left over')
  const request = new pkijs.CertificationRequest({ schema: result })
  const extensions = extensionsOf(request)
  const value = (oid: string) => extensions.find(({ extnID }) => extnID === oid)?.extnValue.getValue()
  const [keyUsage, san, eku] = [KEY_USAGE, SUBJECT_ALT_NAME, EXTENDED_KEY_USAGE].map(value)
  return {
    signed: () => request.verify().catch(() => false),
    challenge: challengeOf(request),
    subject: request.subject.typesAndValues.map(({ type, value }) => `${keyword(type)}=${textOf(value)}`),
    san: san === undefined ? [] : pkijs.GeneralNames.fromBER(san).names.map(generalNameText),
    keyUsage: keyUsage && keyUsages(keyUsage),
    eku: eku && pkijs.ExtKeyUsage.fromBER(eku).keyPurposes,
    keyLength: keyLength(Buffer.from(request.subjectPublicKeyInfo.toSchema().toBER())),
  }
}

function challengeOf({ attributes = [] }: pkijs.CertificationRequest): string | undefined {
  const [value] = attributes.find(({ type }) => type === CHALLENGE_PASSWORD)?.values ?? []
  return value && textOf(value)
}

function extensionsOf({ attributes = [] }: pkijs.CertificationRequest): pkijs.Extension[] {
  const [value] = attributes.find(({ type }) => type === EXTENSION_REQUEST)?.values ?? []
  return value === undefined ? [] : new pkijs.Extensions({ schema: value }).extensions
}

/** Any of the string types that requests are written with. */
function textOf(value: unknown): string {
  if (value instanceof asn1js.BaseStringBlock) return String(value.valueBlock.value)
  throw new Error('no string')
}

const USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]

function keyUsages(value: ArrayBuffer): string[] {
  const { result } = asn1js.fromBER(value)
  if (!(result instanceof asn1js.BitString)) throw new Error('keyUsage is no BIT STRING')
  const octets = result.valueBlock.valueHexView
  return USAGES.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)
}

/** Bits of the modulus, or of the field of the curve. */
function keyLength(der: Buffer): number {
  const { modulusLength, namedCurve } =
    createPublicKey({ key: der, format: 'der', type: 'spki' }).asymmetricKeyDetails ?? {}
  return modulusLength ?? CURVE_BITS[namedCurve ?? ''] ?? 0
}

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 }

const KEYWORDS: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.42': 'G',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'E',
}

const keyword = (oid: string): string => KEYWORDS[oid] ?? oid
