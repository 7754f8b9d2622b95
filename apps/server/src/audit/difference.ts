import { createHash } from 'node:crypto'
import { Secret } from '@chancery/ra'

/** Of a row or of a part of it: plain values, `Secret` where nobody may see it. */
export type View = Readonly<Record<string, unknown>>

export interface Difference {
  readonly before: View
  readonly after: View
}

/** Longer texts, such as PEM, are told by their digest: it shows that they changed. */
const MOST_CHARACTERS = 500

/** What differs and nothing else; undefined: nothing does. A secret is never told, only that it is there or another one. */
export function difference(before: View, after: View): Difference | undefined {
  const was: [field: string, value: unknown][] = []
  const is: [field: string, value: unknown][] = []
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [one, other] = [before[field] ?? null, after[field] ?? null]
    if (isView(one) && isView(other)) {
      const inside = difference(one, other)
      if (inside === undefined) continue
      was.push([field, inside.before])
      is.push([field, inside.after])
    } else if (!isSame(one, other)) {
      was.push([field, told(one)])
      is.push([field, one instanceof Secret && other instanceof Secret ? '(changed)' : told(other)])
    }
  }
  return is.length === 0 ? undefined : { before: Object.fromEntries(was), after: Object.fromEntries(is) }
}

/** As it may stand in the log. */
export function told(value: unknown): unknown {
  if (value instanceof Secret) return '(set)'
  if (Buffer.isBuffer(value)) return `sha256:${createHash('sha256').update(value).digest('hex')}`
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'string' && value.length > MOST_CHARACTERS) {
    const digest = createHash('sha256').update(value).digest('hex')
    return `${value.slice(0, 60)}… (${value.length} characters, sha256:${digest})`
  }
  if (Array.isArray(value)) return value.map(told)
  return isView(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, told(one)])) : value
}

function isSame(one: unknown, other: unknown): boolean {
  if (one instanceof Secret && other instanceof Secret) return one.equals(other)
  return JSON.stringify(told(one)) === JSON.stringify(told(other))
}

function isView(value: unknown): value is View {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
