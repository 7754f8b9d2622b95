import type { Call } from './answer.ts'

export type Members = Readonly<Record<string, unknown>>

/** The object inside the wrapper of a body; undefined for anything else. */
export function wrapped({ body }: Call, wrapper: string): Members | undefined {
  try {
    return membersOf(membersOf(JSON.parse(body.toString()))?.[wrapper])
  } catch {
    return undefined
  }
}

export function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
