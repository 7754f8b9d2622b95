/** More of one certificate are not kept: a name may be a megabyte of words. */
const MOST_WORDS = 100
/** Of a word or phrase, in characters; longer ones are found by their beginning. */
const LONGEST = 128
/** Parts of a name from which it can be found. */
const MOST_PARTS = 10

/** What names are cut at, whoever wrote them: blanks, and what separates attributes and values in RFC 4514. */
const SEPARATORS = /[\s,;+="<>\\()|\p{Cc}\u2028\u2029]+/u
/** Letters and digits of any script, and symbols that are pictures. */
const WORD = /[\p{L}\p{M}\p{N}\p{So}]+/gu
/** `CN=` and `2.5.4.3=` at the beginning of an attribute: in every certificate, so nobody looks for them. */
const ATTRIBUTE_TYPE = /(?<=^|(?<!\\)[,+;\s])(?:[A-Za-z][A-Za-z0-9-]{0,30}|\d+(?:\.\d+)+)=(?=[^=\s])/g
/** `DNS:` before a name of the SAN. */
const NAME_TYPE = /^[A-Za-z][A-Za-z0-9 ]*:/

/**
 * What a certificate is found by: each word of its names; and of names such as `printer1.example.com` that consist of
 * several, what follows from the beginning of each word on, after a `/`. With prefixes of these, everything is found that
 * stands in a name from the beginning of a word on.
 */
export function wordsOf(names: readonly string[]): Set<string> {
  const words = new Set<string>()
  for (const token of names.flatMap(tokensOf)) {
    const parts = partsOf(token)
    for (const { word } of parts) words.add(cut(word))
    for (const { start } of parts.slice(0, Math.min(parts.length - 1, MOST_PARTS))) words.add(phrase(token, start))
    if (words.size >= MOST_WORDS) break
  }
  return words
}

/** What a certificate must have, all of it, to be meant by what somebody typed. */
export interface SearchedWord {
  /** Of a word or phrase. */
  readonly prefix: string
  /** As it was typed, in lower case. */
  readonly token: string
}

export function searchedWords(search: string): SearchedWord[] {
  const words = tokensOf(search).flatMap((token) => {
    const [first, second] = partsOf(token)
    if (first === undefined) return []
    return [{ prefix: second === undefined ? cut(first.word) : phrase(token, first.start), token }]
  })
  return [...new Map(words.map((word) => [word.prefix, word])).values()]
}

/** `DNS:printer1.example` without what kind of name it is. */
export function withoutNameType(name: string): string {
  return name.replace(NAME_TYPE, '')
}

function tokensOf(text: string): string[] {
  const normal = text.replace(ATTRIBUTE_TYPE, ' ').toWellFormed().normalize('NFKC').toLowerCase()
  return normal.replace(/\p{Cf}/gu, '').split(SEPARATORS)
}

function partsOf(token: string): { readonly word: string; readonly start: number }[] {
  return [...token.matchAll(WORD)].map((match) => ({ word: match[0], start: match.index }))
}

/** Marked, so that a word's beginning does not meet every name that begins with it. */
function phrase(token: string, start: number): string {
  return `/${cut(token.slice(start).replace(/[^\p{L}\p{M}\p{N}\p{So}]+$/u, ''))}`
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : [...text].slice(0, LONGEST).join('')
}
