import fc, { type Arbitrary } from 'fast-check'
import type { TSchema } from 'typebox'

/** In everything secret that is sent, so that it is recognised wherever it comes out again. */
export const SECRET_MARK = 'S3cr3tMark'

/** What generated values may refer to, so that some calls find something. */
export interface Known {
  /** By the last word of a list's address, such as `scepProfiles`. */
  readonly uuidsIn: Readonly<Record<string, readonly string[]>>
  readonly names: readonly string[]
}

interface Keywords {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly TSchema[]
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly patternProperties?: object
  readonly required?: readonly string[]
  readonly items?: TSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly writeOnly?: boolean
}

/** Values that fit a schema of the contract. @param field its name, by which secrets are known */
export function fitting(schema: TSchema, known: Known, field = ''): Arbitrary<unknown> {
  const keywords = schema as Keywords
  const { anyOf, properties = {}, required = [], items } = keywords
  if (keywords.const !== undefined) return fc.constant(keywords.const)
  if (keywords.enum !== undefined) return fc.constantFrom(...keywords.enum)
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((member) => fitting(member, known, field)))
  switch (keywords.type) {
    case 'string':
      return text(keywords, known, field)
    case 'integer':
      return fc.integer({ min: keywords.minimum ?? -1_000_000, max: keywords.maximum ?? 1_000_000 })
    case 'number':
      return fc.double({ min: keywords.minimum ?? -1e9, max: keywords.maximum ?? 1e9, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(fitting(items ?? ({} as TSchema), known), {
        minLength: keywords.minItems ?? 0,
        maxLength: Math.min(keywords.maxItems ?? 3, 3),
      })
    case 'object':
      if (keywords.patternProperties !== undefined)
        return fc.dictionary(fc.string({ maxLength: 9 }), json, { maxKeys: 3 })
      return fc.record(
        Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, fitting(one, known, name)])),
        { requiredKeys: [...required] },
      )
    default:
      return json
  }
}

const json = fc.jsonValue({ maxDepth: 2 })

const SECRET_FIELD = /password$|secret|privatekey|pkcs12|applicationkey|token$|webhookkey/i

/** Where what a field names is listed. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  authorityUuid: 'authorities',
  raProfileUuid: 'raProfiles',
  caCertificateUuid: 'caCertificates',
}

/** Words that mean something somewhere. */
const WORDS = [
  'CN=device,O=Example',
  'DNS:device.example',
  'IP:192.0.2.1',
  'https://127.0.0.1:1/hook',
  'built-in',
  'default',
]

function text(keywords: Keywords, known: Known, field: string): Arbitrary<unknown> {
  const { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = keywords
  const uuids = known.uuidsIn[COLLECTIONS[field] ?? ''] ?? Object.values(known.uuidsIn).flat()
  const fits = (value: string) =>
    value.length >= minLength && value.length <= maxLength && (pattern === undefined || new RegExp(pattern).test(value))
  const sources = [
    ...[SECRET_MARK, ...WORDS, ...uuids, ...known.names].filter(fits).map((word) => fc.constant(word)),
    pattern === undefined
      ? fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) })
      : matching(pattern),
  ]
  if (keywords.writeOnly || SECRET_FIELD.test(field)) {
    return fc.stringMatching(/^[A-Za-z0-9]{0,20}$/).map((more) => `${SECRET_MARK}${more}`)
  }
  return fc.oneof(...sources.filter((_, index) => index > 0 || !fits(SECRET_MARK)))
}

/** Look-aheads are left out: fast-check makes no text for them, and what does not fit is worth sending, too. */
function matching(pattern: string): Arbitrary<string> {
  return fc.stringMatching(new RegExp(pattern.replace(/\(\?![^()]*(?:\([^()]*\)[^()]*)*\)/g, '')))
}

/** With what must be there and at most two fields more: where there are thirty, some always contradict each other. */
export function sparse(body: Arbitrary<unknown>, schema: TSchema): Arbitrary<unknown> {
  const { required = [] } = schema as Keywords
  return fc.tuple(body, fc.nat()).map(([value, at]) => {
    if (!isObject(value)) return value
    const others = Object.keys(value).filter((name) => !required.includes(name))
    const kept = [...required, others[at % others.length], others[(at >> 8) % others.length]]
    return Object.fromEntries(Object.entries(value).filter(([name]) => kept.includes(name)))
  })
}

/** What no field expects. */
const ODD: readonly unknown[] = [
  null,
  true,
  '',
  SECRET_MARK,
  `${SECRET_MARK}\0`,
  `${SECRET_MARK}\ud800`,
  `${SECRET_MARK}${'x'.repeat(5_000)}`,
  "'; DROP TABLE authority; --",
  '../../etc/passwd',
  -1,
  -0,
  0.5,
  1e308,
  2 ** 53,
  [],
  {},
  [[[[[[]]]]]],
  JSON.parse('{"__proto__":{"enabled":true},"constructor":{"prototype":1}}'),
]

const odd = fc.constantFrom(...ODD)

/** A body that fits, with something about it changed: mostly one that does not fit. */
export function mutated(body: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof(
    odd,
    fc.tuple(body, fc.nat(), odd).map(([value, at, instead]) => changed(value, at, () => instead)),
    fc.tuple(body, fc.nat()).map(([value, at]) => changed(value, at, () => undefined)),
    fc
      .tuple(body, fc.constantFrom('__proto__', 'unknown', 'a\0b', 'toString'), odd)
      .map(([value, name, extra]) => (isObject(value) ? JSON.parse(withField(value, name, extra)) : [value, extra])),
  )
}

function changed(value: unknown, at: number, by: () => unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [by()] : value.with(at % value.length, by())
  if (!isObject(value)) return by()
  const names = Object.keys(value)
  const name = names[at % Math.max(names.length, 1)]
  return name === undefined
    ? { unknown: by() }
    : { ...value, [name]: at % 3 === 0 ? changed(value[name], at, by) : by() }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As text, so that `__proto__` is a field and no prototype. */
function withField(value: object, name: string, extra: unknown): string {
  const rest = JSON.stringify(value).slice(1)
  return `{${JSON.stringify(name)}:${JSON.stringify(extra)}${rest === '}' ? '' : ','}${rest}`
}
