import type { Facts } from '../facts.ts'
import type { FindingLevel, InspectedKind } from '../inspection.ts'

/** One thing that can be wrong with a message, and the clause that it breaks. */
export interface Check {
  /** Id in docs/conformance.md. */
  readonly clause: string
  readonly level: FindingLevel
  readonly where: string
  readonly of: readonly InspectedKind[]
  /** The sentence about it, when it is so. */
  readonly finds: (facts: Facts) => string | undefined
}

export const MESSAGE: readonly InspectedKind[] = ['request', 'reply']
export const REQUEST: readonly InspectedKind[] = ['request']
export const REPLY: readonly InspectedKind[] = ['reply']
