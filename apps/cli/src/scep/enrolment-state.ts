import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TransactionId } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { writeAtomically } from './write-atomically.ts'

/** What somebody wants a certificate for; the same again is the same enrolment. */
export interface EnrolmentWish {
  readonly url: string
  /** RFC 4514. */
  readonly subject: string
  readonly subjectAltNames: readonly string[]
  readonly keyType: string
}

/**
 * An enrolment that may be under way, kept from before the first byte leaves until the certificate is on disk: key and
 * transactionID are what the server recognises it by, so asking again gives the same certificate. The challenge is not in it.
 */
export interface EnrolmentState extends EnrolmentWish {
  readonly version: 1
  readonly transactionId: TransactionId
  readonly startedAt: string
  /** PKCS#8, PEM. */
  readonly privateKey: string
}

export function statePath(folder: string): string {
  return join(folder, 'enrolment.json')
}

/** The enrolment under way in a folder. @throws {CliFailure} when it is for something else */
export async function resumeEnrolment(folder: string, wish: EnrolmentWish): Promise<EnrolmentState | undefined> {
  const path = statePath(folder)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const state = parse(text)
  if (state === undefined) throw new CliFailure('failed', `${path} cannot be read.`, { nextStep: DISCARD })
  if (same(state, wish)) return state
  throw new CliFailure('failed', `In ${folder} an enrolment of "${state.subject}" at ${state.url} is under way.`, {
    nextStep: `Repeat that command to finish it. ${DISCARD}`,
  })
}

const DISCARD = 'With --force it is forgotten, together with its key.'

export function saveEnrolment(folder: string, state: EnrolmentState): Promise<void> {
  return writeAtomically(statePath(folder), `${JSON.stringify(state, null, 2)}\n`, 0o600)
}

export function forgetEnrolment(folder: string): Promise<void> {
  return rm(statePath(folder), { force: true })
}

function parse(text: string): EnrolmentState | undefined {
  try {
    const state = JSON.parse(text) as EnrolmentState
    const whole = state.version === 1 && typeof state.transactionId === 'string' && typeof state.privateKey === 'string'
    return whole ? state : undefined
  } catch {
    return undefined
  }
}

function same(one: EnrolmentWish, other: EnrolmentWish): boolean {
  return (
    one.url === other.url &&
    one.subject === other.subject &&
    one.keyType === other.keyType &&
    JSON.stringify(one.subjectAltNames) === JSON.stringify(other.subjectAltNames)
  )
}
