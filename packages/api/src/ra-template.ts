import { type Static, type TSchema, Type } from 'typebox'
import { nullable, strictObject } from './field.ts'

/** What the certificates of an RA profile look like; `docs/guide/ra-profiles.md` explains it with examples. */

export const SUBJECT_FORMS = ['request', 'template', 'parts'] as const
export const NAME_TYPES = ['dns', 'email', 'uri', 'ip', 'upn'] as const
export const COMMON_NAME_AS_DNS = ['ignored', 'required', 'copied'] as const
export const CURVES = ['P-256', 'P-384', 'P-521'] as const
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
] as const

const MOST = 50

interface About {
  /** Beside a field of a form. */
  readonly title: string
  readonly rule: string
}

const yesOrNo = (title: string) => Type.Boolean({ title, rule: 'must be true or false' })

const whole = (minimum: number, maximum: number, title: string) =>
  Type.Integer({ minimum, maximum, title, rule: `must be a whole number from ${minimum} to ${maximum}` })

const oneOf = <T extends string[]>(words: readonly [...T], title: string) =>
  Type.Enum<T>(words, { title, rule: `must be ${words.join(', ').replace(/, ([^,]*)$/, ' or $1')}` })

const someOf = <T extends string[]>(words: readonly [...T], title: string) =>
  Type.Array(Type.Enum<T>(words), { maxItems: words.length, title, rule: `must be a list of ${words.join(', ')}` })

const texts = (maxLength: number, about: About) =>
  Type.Array(Type.String({ minLength: 1, maxLength }), { maxItems: MOST, ...about })

const textOrNull = (maxLength: number, about: About) => nullable(Type.String({ minLength: 1, maxLength }), about)

const patterns = (title: string) =>
  texts(300, { title, rule: `must be a list of at most ${MOST} patterns such as *.example.com` })

const attributes = `must be a list of at most ${MOST} keywords such as CN, or object identifiers`

const purposes = (title: string) =>
  texts(100, {
    title,
    rule: `must be a list of at most ${MOST} names such as clientAuth, or object identifiers`,
  })

const oids = (title: string) =>
  texts(100, { title, rule: `must be a list of at most ${MOST} object identifiers such as 1.2.3.4` })

const SUBJECT = {
  from: oneOf(SUBJECT_FORMS, 'Where the subject comes from'),
  template: textOrNull(1000, {
    title: 'Template of the subject',
    rule: 'must be text such as CN={request.CN},O=Example, or null',
  }),
  parts: textOrNull(1000, {
    title: 'Attributes in place of those of the request',
    rule: 'must be text such as O=Example,C=DE, or null',
  }),
  required: yesOrNo('A subject is required'),
  allowedAttributes: nullable(texts(100, { title: 'Allowed attributes', rule: attributes }), {
    title: 'Allowed attributes; null: all',
    rule: `${attributes}, or null for all`,
  }),
  requiredAttributes: texts(100, { title: 'Required attributes', rule: attributes }),
  commonNamePatterns: patterns('Patterns of common names'),
}

const PATTERNS = {
  dns: patterns('Patterns of DNS names'),
  email: patterns('Patterns of e-mail addresses'),
  uri: patterns('Patterns of URIs'),
  ip: texts(100, {
    title: 'Networks of IP addresses',
    rule: `must be a list of at most ${MOST} networks such as 10.0.0.0/8`,
  }),
  upn: patterns('Patterns of user principal names'),
}

const NAMES = {
  types: someOf(NAME_TYPES, 'Types of names that a request may have'),
  most: whole(0, 1000, 'How many names a request may have'),
  required: someOf(NAME_TYPES, 'Types of which a certificate must have a name'),
  fixed: texts(1000, {
    title: 'Names in every certificate',
    rule: `must be a list of at most ${MOST} names such as URI:urn:example:printer`,
  }),
  commonName: oneOf(COMMON_NAME_AS_DNS, 'The common name as a DNS name'),
}

const KEYS = {
  rsa: yesOrNo('RSA keys'),
  rsaMinimumBits: whole(1024, 16384, 'Shortest RSA key'),
  rsaMaximumBits: whole(1024, 16384, 'Longest RSA key'),
  curves: someOf(CURVES, 'Curves of EC keys; none: no EC keys'),
  ed25519: yesOrNo('Ed25519 keys'),
}

const CERTIFICATE = {
  validityDays: whole(1, 36500, 'Days that a certificate is valid'),
  validUntil: nullable(Type.String({ maxLength: 40 }), {
    title: 'End of every certificate, in place of the days',
    rule: 'must be a time such as 2027-12-31T23:59:59Z, or null',
  }),
  backdateSeconds: whole(0, 604_800, 'Seconds that a certificate begins before it is issued'),
  keyUsage: Type.Union([Type.Literal('auto'), Type.Array(Type.Enum(KEY_USAGES), { maxItems: KEY_USAGES.length })], {
    title: 'Key usage',
    rule: `must be auto, or a list of ${KEY_USAGES.join(', ')}`,
  }),
  extendedKeyUsage: purposes('Purposes'),
  allowRestrictedPurposes: purposes('Restricted purposes that are meant'),
  certificatePolicies: oids('Certificate policies'),
}

const Extension = strictObject({
  oid: Type.String({ maxLength: 100, rule: 'must be an object identifier' }),
  critical: Type.Optional(Type.Boolean({ rule: 'must be true or false' })),
})

const extensionList = Type.Array(Extension, {
  maxItems: MOST,
  title: 'Extensions that are taken over from a request',
  rule: `must be a list of at most ${MOST} objects such as {"oid": "1.3.6.1.5.5.7.1.24"}, with critical where that is wanted`,
})

const group = 'must be an object of settings'

export const Template = Type.Object({
  subject: Type.Object(SUBJECT),
  subjectAltNames: Type.Object({ ...NAMES, patterns: Type.Object(PATTERNS) }),
  keys: Type.Object(KEYS),
  ...CERTIFICATE,
  /** Of a request; all others are dropped. */
  extensions: Type.Array(Type.Object({ oid: Type.String(), critical: Type.Boolean() })),
})
export type Template = Static<typeof Template>

/** What is left out keeps its value, also inside the groups; a list is replaced as a whole. */
export const TemplateUpdate = strictObject(
  {
    subject: Type.Optional(strictObject(optional(SUBJECT), { rule: group })),
    subjectAltNames: Type.Optional(
      strictObject(
        { ...optional(NAMES), patterns: Type.Optional(strictObject(optional(PATTERNS), { rule: group })) },
        { rule: group },
      ),
    ),
    keys: Type.Optional(strictObject(optional(KEYS), { rule: group })),
    ...optional(CERTIFICATE),
    extensions: Type.Optional(extensionList),
  },
  { rule: 'must be an object with the settings of a template' },
)
export type TemplateUpdate = Static<typeof TemplateUpdate>

type Optional<P extends Record<string, TSchema>> = { [K in keyof P]: ReturnType<typeof Type.Optional<P[K]>> }

function optional<P extends Record<string, TSchema>>(properties: P): Optional<P> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)]),
  ) as Optional<P>
}
