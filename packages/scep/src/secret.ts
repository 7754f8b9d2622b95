import { createHash, timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'

/** A value that must appear in no log, answer or message: it prints as `[secret]` and leaves only by `reveal()`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  /** Compares in constant time, over digests, so that not even the length shows. */
  equals(other: Secret): boolean {
    return timingSafeEqual(digest(this.#value), digest(other.#value))
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
