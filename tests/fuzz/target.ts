import type { Samples } from './samples.ts'

/** A decoder with everything that a caller does with what it gave. */
export interface Target {
  readonly samples: (all: Samples) => readonly Buffer[]
  /** Structures unless it says text. */
  readonly text?: true
  /** Of the cases of a run, compared with the other targets: less where a case costs a signature. */
  readonly share?: number
  /** The reader itself puts the input into a message, perhaps a signed one: a part of it may be whole there. */
  readonly wraps?: true
  read(bytes: Buffer): unknown
}

/** The errors by which a decoder may refuse. Anything else that comes out is a finding. */
const DECLARED: ReadonlySet<string> = new Set(['Asn1Error', 'PkiError', 'ScepError'])

export class Finding extends Error {
  override readonly name = 'Finding'
}

/** What was read is used; no error at all may come of it. */
export function without<T>(use: () => T): T {
  try {
    return use()
  } catch (cause) {
    throw new Finding(`an error after reading: ${cause}`, { cause })
  }
}

/** Something that must hold of whatever was read. */
export function holds(condition: boolean, claim: string): void {
  if (!condition) throw new Finding(`does not hold: ${claim}`)
}

export type Outcome =
  | { readonly outcome: 'read' }
  | { readonly outcome: 'refused'; readonly why: string }
  | { readonly outcome: 'finding'; readonly error: unknown }

export async function outcomeOf(target: Pick<Target, 'read'>, bytes: Buffer): Promise<Outcome> {
  try {
    const pending = target.read(bytes)
    if (pending instanceof Promise) await pending
    return { outcome: 'read' }
  } catch (error) {
    if (error instanceof Error && DECLARED.has(error.constructor.name)) {
      return { outcome: 'refused', why: reasonOf(error) }
    }
    return { outcome: 'finding', error }
  }
}

/** The reason, or the sentence without its numbers: how many there are says how deep the cases went. */
function reasonOf(error: Error): string {
  const { message } = error.cause instanceof Error ? error.cause : error
  return ('reason' in error ? `${error.reason}: ` : '') + message.replace(/\d+(\.\d+)*/g, '#').slice(0, 80)
}
