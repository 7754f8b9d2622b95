import { Asn1Error } from '../der/asn1-error.ts'
import { readElement } from '../der/read.ts'
import { isOid } from '../der/write.ts'
import { PkiError } from '../pki-error.ts'
import { attributeTypeByKeyword } from './attribute-type.ts'
import { encodeValue, nameOfEncoded } from './build.ts'
import type { Name } from './name.ts'

/**
 * Name from RFC 4514 text; blanks around separators are allowed, as people write them.
 * @throws {PkiError} with the position, counted from 1
 */
export function nameFromText(text: string): Name {
  if (!text.isWellFormed()) throw new PkiError('ERR_PKI_INVALID', 'name has half of a surrogate pair')
  return nameOfEncoded(new Scanner(text).rdns().reverse())
}

interface EncodedAttribute {
  readonly oid: string
  readonly value: Buffer
}

class Scanner {
  #at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  rdns(): EncodedAttribute[][] {
    this.#blanks()
    if (this.#ended) return []
    if (this.#peek === '/') this.#fail('a name is written CN=a,O=b, not /O=b/CN=a')
    const rdns = [this.#rdn()]
    while (this.#take(',')) rdns.push(this.#rdn())
    if (!this.#ended) this.#fail('a comma is expected')
    return rdns
  }

  #rdn(): EncodedAttribute[] {
    const attributes = [this.#attribute()]
    while (this.#take('+')) attributes.push(this.#attribute())
    return attributes
  }

  #attribute(): EncodedAttribute {
    const oid = this.#type()
    if (!this.#take('=')) this.#fail('= is expected')
    this.#blanks()
    if (this.#peek === '#') return { oid, value: this.#hexValue() }
    const start = this.#at
    const text = this.#textValue()
    try {
      return { oid, value: encodeValue(oid, text) }
    } catch (error) {
      throw error instanceof PkiError ? this.#failure(error.message, start) : error
    }
  }

  #type(): string {
    this.#blanks()
    const start = this.#at
    const word = this.#match(/[A-Za-z0-9.-]*/y)
    this.#blanks()
    if (word === '') this.#fail('a keyword such as CN is expected')
    const oid = attributeTypeByKeyword(word)?.oid ?? word.replace(/^oid\./i, '')
    if (!isOid(oid)) throw this.#failure('no such keyword', start)
    return oid
  }

  /** `#` and the octets of one element (RFC 4514 §2.4). */
  #hexValue(): Buffer {
    const start = this.#at
    const octets = Buffer.from(this.#match(/#((?:[0-9A-Fa-f]{2})*)/y).slice(1), 'hex')
    this.#blanks()
    try {
      return readElement(octets).bytes
    } catch (error) {
      if (!(error instanceof Asn1Error)) throw error
      throw this.#failure('what follows # is not one element', start, error)
    }
  }

  /** Escapes may be octets of a UTF-8 sequence, so the value is collected as octets. */
  #textValue(): string {
    const start = this.#at
    const parts: Buffer[] = []
    for (;;) {
      const plain = this.#match(/[^"+,;<>\\]*/y)
      parts.push(Buffer.from(this.#peek === '\\' ? plain : withoutTrailingBlanks(plain), 'utf8'))
      if (this.#peek !== '\\') break
      parts.push(this.#escape())
    }
    if (/["<>;]/.test(this.#peek)) this.#fail('this character is written with \\ before it')
    const octets = Buffer.concat(parts)
    const text = octets.toString('utf8')
    if (!Buffer.from(text, 'utf8').equals(octets)) throw this.#failure('escaped octets are not UTF-8', start)
    return text
  }

  #escape(): Buffer {
    const pair = this.#match(/\\[0-9A-Fa-f]{2}/y)
    if (pair !== '') return Buffer.from(pair.slice(1), 'hex')
    const special = this.#match(/\\[ "#+,;<=>\\]/y)
    if (special === '') this.#fail('\\ stands before a special character or two hexadecimal digits')
    return Buffer.from(special.slice(1), 'latin1')
  }

  get #ended(): boolean {
    return this.#at >= this.#text.length
  }

  get #peek(): string {
    return this.#text[this.#at] ?? ''
  }

  #take(character: string): boolean {
    if (this.#peek !== character) return false
    this.#at++
    return true
  }

  #blanks(): void {
    this.#match(/ */y)
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #fail(what: string): never {
    throw this.#failure(what, this.#at)
  }

  #failure(what: string, at: number, cause?: Error): PkiError {
    return new PkiError('ERR_PKI_INVALID', `${what}, at position ${at + 1} of the name`, { cause })
  }
}

function withoutTrailingBlanks(text: string): string {
  let end = text.length
  while (text[end - 1] === ' ') end--
  return text.slice(0, end)
}
