/** String types that a standard prescribes; the others are PrintableString where the characters allow, else UTF8String. */
export type NameString = 'printable' | 'utf8' | 'ia5'

export interface AttributeType {
  readonly oid: string
  /** What we write (RFC 4514 §3, RFC 4519, RFC 2985). */
  readonly keyword: string
  /** What we read besides. */
  readonly aliases?: readonly string[]
  readonly string?: NameString
}

export const ATTRIBUTE_TYPES: readonly AttributeType[] = [
  { oid: '2.5.4.3', keyword: 'CN', aliases: ['commonName'] },
  { oid: '2.5.4.4', keyword: 'SN', aliases: ['surname'] },
  { oid: '2.5.4.5', keyword: 'serialNumber', string: 'printable' },
  { oid: '2.5.4.6', keyword: 'C', aliases: ['countryName'], string: 'printable' },
  { oid: '2.5.4.7', keyword: 'L', aliases: ['localityName'] },
  { oid: '2.5.4.8', keyword: 'ST', aliases: ['S', 'stateOrProvinceName'] },
  { oid: '2.5.4.9', keyword: 'STREET', aliases: ['streetAddress'] },
  { oid: '2.5.4.10', keyword: 'O', aliases: ['organizationName'] },
  { oid: '2.5.4.11', keyword: 'OU', aliases: ['organizationalUnitName'] },
  { oid: '2.5.4.12', keyword: 'title', aliases: ['T'] },
  { oid: '2.5.4.42', keyword: 'GN', aliases: ['givenName'] },
  { oid: '2.5.4.46', keyword: 'dnQualifier', string: 'printable' },
  { oid: '0.9.2342.19200300.100.1.25', keyword: 'DC', aliases: ['domainComponent'], string: 'ia5' },
  { oid: '0.9.2342.19200300.100.1.1', keyword: 'UID', aliases: ['userId'] },
  { oid: '1.2.840.113549.1.9.1', keyword: 'emailAddress', aliases: ['E'], string: 'ia5' },
  { oid: '1.2.840.113549.1.9.2', keyword: 'unstructuredName' },
  { oid: '1.2.840.113549.1.9.8', keyword: 'unstructuredAddress' },
]

const byOid = new Map(ATTRIBUTE_TYPES.map((row) => [row.oid, row]))
const byKeyword = new Map(
  ATTRIBUTE_TYPES.flatMap((row) => [row.keyword, ...(row.aliases ?? [])].map((word) => [word.toLowerCase(), row])),
)

export function attributeTypeByOid(oid: string): AttributeType | undefined {
  return byOid.get(oid)
}

/** Keywords are case-insensitive (RFC 4514 §3). */
export function attributeTypeByKeyword(keyword: string): AttributeType | undefined {
  return byKeyword.get(keyword.toLowerCase())
}
