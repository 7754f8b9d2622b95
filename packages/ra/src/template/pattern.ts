import { TemplateError } from './template-error.ts'

/**
 * Patterns for names: `*` stands for any characters but `.`, `@` and `/`, `**` for any at all, `?` for one character that is
 * none of the three, `\` takes what follows as it is. A pattern covers the whole name, and case does not count. Not regular
 * expressions: these are written by people in a hurry, an unescaped dot or a missing anchor grants foreign names, and a
 * device chooses what is matched, so nothing may backtrack (docs/decisions/0026).
 */
export interface Pattern {
  matches(text: string): boolean
}

type Token = { readonly kind: 'character'; readonly character: string } | { readonly kind: 'one' | 'part' | 'any' }

/** Longest pattern, and most wildcards in it: together they bound the work for one name. */
export const LONGEST_PATTERN = 300
const MOST_WILDCARDS = 8

/** @throws {TemplateError} */
export function parsePattern(text: string): Pattern {
  if (text === '') throw new TemplateError('it is empty')
  if (text.length > LONGEST_PATTERN) throw new TemplateError(`it is longer than ${LONGEST_PATTERN} characters`)
  const tokens = tokensOf(text)
  if (tokens.filter(({ kind }) => kind === 'part' || kind === 'any').length > MOST_WILDCARDS)
    throw new TemplateError(`it has more than ${MOST_WILDCARDS} wildcards`)
  return { matches: (name) => matches(tokens, lowerCase(name)) }
}

/** Whether one of the patterns matches; the list is read once. */
export function matchesOne(patterns: readonly string[], text: string): boolean {
  const known = parsed.get(patterns) ?? patterns.map(parsePattern)
  parsed.set(patterns, known)
  return known.some((pattern) => pattern.matches(text))
}

const parsed = new WeakMap<readonly string[], readonly Pattern[]>()

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const [piece] of text.matchAll(/\*\*|\\?./gsu)) {
    if (piece === '\\') throw new TemplateError('\\ stands before a character')
    if (piece === '**') tokens.push({ kind: 'any' })
    else if (piece === '*') tokens.push({ kind: 'part' })
    else if (piece === '?') tokens.push({ kind: 'one' })
    else tokens.push({ kind: 'character', character: lowerCase(piece.replace(/^\\/, '')) })
  }
  return tokens
}

/** All places in the pattern that may be next, one character after the other: time is pattern times name, whatever they are. */
function matches(tokens: readonly Token[], text: string): boolean {
  let places = reach(tokens, new Set([0]))
  for (const character of text) {
    const next = new Set<number>()
    for (const at of places) {
      const token = tokens[at]
      if (token === undefined || !takes(token, character)) continue
      next.add(token.kind === 'part' || token.kind === 'any' ? at : at + 1)
    }
    if (next.size === 0) return false
    places = reach(tokens, next)
  }
  return places.has(tokens.length)
}

/** A wildcard may stand for nothing. */
function reach(tokens: readonly Token[], places: Set<number>): Set<number> {
  // A set that grows while it is walked is walked to its end.
  for (const at of places) {
    const kind = tokens[at]?.kind
    if (kind === 'part' || kind === 'any') places.add(at + 1)
  }
  return places
}

/** A literal asterisk, as in a wildcard certificate, is matched by `\*` alone. */
function takes(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'character':
      return token.character === character
    case 'any':
      return character !== '*'
    default:
      return !'.@/*'.includes(character)
  }
}

/** Of ASCII: other letters would fold to letters that look different. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
