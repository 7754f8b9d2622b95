import { type AttributeTypeAndValue, type Name, nameFromText, nameOfEncoded, PkiError } from '@chancery/pki'
import { TemplateError } from './template-error.ts'

/** Attributes of every subject, in place of those that a request has of the same types. */
export interface SubjectParts {
  readonly types: ReadonlySet<string>
  readonly fixed: Name
}

/** @param text RFC 4514, such as `O=Example,C=DE`; @throws {TemplateError} */
export function parseSubjectParts(text: string): SubjectParts {
  const fixed = parsed(text)
  const attributes = fixed.rdns.flat()
  if (attributes.length === 0) throw new TemplateError('it is empty')
  if (attributes.some(({ value }) => value === undefined || value === ''))
    throw new TemplateError('every attribute needs a value that is text')
  return { types: new Set(attributes.map(({ oid }) => oid)), fixed }
}

/** The order of the outcome is ours and not the request's: from the one to the many, as RFC 4514 writes it. */
export function withParts({ types, fixed }: SubjectParts, requested: Name): Name {
  const kept = requested.rdns
    .map((rdn) => rdn.filter(({ oid }) => !types.has(oid)))
    .filter((rdn, at) => rdn.length > 0 || requested.rdns[at]?.length === 0)
  // Stable: attributes of one rank keep their order.
  const ordered = [...kept, ...fixed.rdns].toSorted((a, b) => rankOf(b) - rankOf(a))
  return nameOfEncoded(ordered.map((rdn) => rdn.map(({ oid, der }) => ({ oid, value: der }))))
}

/** CN first; then what has no rank; then OU, O, STREET, L, ST, C, DC. */
const RANKS: ReadonlyMap<string, number> = new Map(
  ['2.5.4.11', '2.5.4.10', '2.5.4.9', '2.5.4.7', '2.5.4.8', '2.5.4.6', '0.9.2342.19200300.100.1.25'].map(
    (oid, index) => [oid, index + 2],
  ),
)

function rankOf([first]: readonly AttributeTypeAndValue[]): number {
  if (first === undefined) return 1
  return first.oid === '2.5.4.3' ? 0 : (RANKS.get(first.oid) ?? 1)
}

function parsed(text: string): Name {
  try {
    return nameFromText(text)
  } catch (cause) {
    if (!(cause instanceof PkiError)) throw cause
    throw new TemplateError(cause.message, { cause })
  }
}
