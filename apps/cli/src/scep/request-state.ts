import { readFile, rm } from 'node:fs/promises'
import type { TransactionId } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { writeAtomically } from './write-atomically.ts'

/**
 * A request that may be under way, kept from before the first byte leaves until the certificate is on disk: key and
 * transactionID are what the server recognises it by, so asking again gives the same certificate. The challenge is not in it.
 */
export interface RequestState {
  readonly version: 1
  readonly url: string
  readonly transactionId: TransactionId
  readonly startedAt: string
  /** PKCS#8, PEM. */
  readonly privateKey: string
  /** There from the moment when a first message may have left. */
  readonly sent?: SentRequest
}

export interface SentRequest {
  /** SHA-256 of the PKCS#10 as it was first sent. */
  readonly requestDigest: string
  /** The certificate that signed it and signs every poll (S-4.4-05), PEM. */
  readonly signer: string
  /** SHA-256 of the CA certificate that was trusted then. */
  readonly anchor: string
}

/** Where a kind of request is kept, and what to call it. */
export interface StateFile<State extends RequestState> {
  readonly path: string
  readonly noun: string
  /** What one is for, in words. */
  describe(state: State): string
}

/** The request under way, if there is one. @throws {CliFailure} when it cannot be read */
export async function loadState<State extends RequestState>(file: StateFile<State>): Promise<State | undefined> {
  const text = await readFile(file.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const state = parse(text)
  if (state === undefined) throw new CliFailure('failed', `${file.path} cannot be read.`, { nextStep: DISCARD })
  return state as State
}

/** The request under way, if it is for what is wished now. @throws {CliFailure} when it is for something else */
export async function resumeRequest<State extends RequestState>(
  file: StateFile<State>,
  wish: Partial<State>,
): Promise<State | undefined> {
  const state = await loadState(file)
  if (state === undefined || isFor(state, wish)) return state
  throw otherUnderWay(file, state)
}

export function otherUnderWay<State extends RequestState>(file: StateFile<State>, state: State): CliFailure {
  return new CliFailure('failed', `${file.path} says that ${file.noun} ${file.describe(state)} is under way.`, {
    nextStep: `Repeat that command to finish it. ${DISCARD}`,
  })
}

const DISCARD = 'With --force it is forgotten, together with its key.'

export function saveState<State extends RequestState>({ path }: StateFile<State>, state: State): Promise<void> {
  return writeAtomically(path, `${JSON.stringify(state, null, 2)}\n`, 0o600)
}

export function forgetState({ path }: { readonly path: string }): Promise<void> {
  return rm(path, { force: true })
}

function parse(text: string): RequestState | undefined {
  try {
    const state = JSON.parse(text) as RequestState
    const whole = state.version === 1 && typeof state.transactionId === 'string' && typeof state.privateKey === 'string'
    return whole ? state : undefined
  } catch {
    return undefined
  }
}

function isFor<State>(state: State, wish: Partial<State>): boolean {
  const names = Object.keys(wish) as (keyof State)[]
  return names.every((name) => JSON.stringify(state[name]) === JSON.stringify(wish[name]))
}
