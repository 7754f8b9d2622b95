import { type Static, Type } from 'typebox'
import { strictObject } from './field.ts'

/** Keys that a CA may be given. */
export const CA_KEY_TYPES = ['rsa-2048', 'rsa-3072', 'rsa-4096', 'p-256', 'p-384'] as const
export type CaKeyType = (typeof CA_KEY_TYPES)[number]

export const caKeyType = Type.Enum(CA_KEY_TYPES, { rule: `must be one of ${CA_KEY_TYPES.join(', ')}` })

export const validityYears = Type.Integer({
  minimum: 1,
  maximum: 30,
  rule: 'must be a whole number of years from 1 to 30',
})

/** RFC 4514. */
export const caSubject = Type.String({
  minLength: 1,
  maxLength: 1000,
  rule: 'must be a name such as CN=Example CA,O=Example, of at most 1000 characters',
})

const pem = (what: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 100_000, rule: `must be ${what} as PEM text` }))

/** A CA that exists already: all in `pkcs12`, or `certificate`, `chain` and `privateKey`. */
export const ImportCa = strictObject(
  {
    pkcs12: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200_000,
        // White space is matched in one way only: two would take quadratic time to refuse.
        pattern: '^[A-Za-z0-9+/\\s]+(?:={1,2}\\s*)?$',
        rule: 'must be a PKCS #12 file in base64, of at most 200000 characters',
      }),
    ),
    certificate: pem('a certificate'),
    /** The certificates above it, up to the root. */
    chain: pem('certificates'),
    privateKey: pem('a private key'),
    password: Type.Optional(
      Type.String({ maxLength: 1024, writeOnly: true, rule: 'must be text of at most 1024 characters' }),
    ),
  },
  { rule: 'must be an object with pkcs12, or with certificate and privateKey' },
)
export type ImportCa = Static<typeof ImportCa>

/** How a new authority comes to its CA: `create` with what belongs to it, or `import`. */
export const NewCa = strictObject(
  {
    create: Type.Optional(
      Type.Enum(['root', 'subordinate'] as const, {
        rule: 'must be root, or subordinate for a CA that another one certifies',
      }),
    ),
    subject: Type.Optional(caSubject),
    keyType: Type.Optional(caKeyType),
    validityYears: Type.Optional(validityYears),
    pathLength: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 10, rule: 'must be a whole number of CAs below this one, from 0 to 10' }),
    ),
    import: Type.Optional(ImportCa),
  },
  { rule: 'must be an object with create or import' },
)
export type NewCa = Static<typeof NewCa>
