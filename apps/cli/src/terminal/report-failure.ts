import { ApiError } from '@chancery/api'
import { PkiError } from '@chancery/pki'
import { REASONS, type Reason, ScepError } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { EXIT, type ExitName } from '../exit-code.ts'
import { printable } from './printable.ts'
import type { Terminal } from './terminal.ts'

/** Tells what went wrong, on standard error or as JSON on standard output, and gives the exit code. */
export function reportFailure(error: unknown, terminal: Terminal, json: boolean): number {
  const failure = toFailure(error)
  const { code } = EXIT[failure.exit]
  if (json) {
    const { message, exit, nextStep, fields } = failure
    terminal.out(`${JSON.stringify({ error: exit, message, nextStep, ...fields }, null, 2)}\n`)
    return code
  }
  for (const line of failure.message.split('\n')) terminal.err(`chancery: ${printable(line)}\n`)
  if (failure.nextStep !== undefined) terminal.err(`          ${printable(failure.nextStep)}\n`)
  return code
}

function toFailure(error: unknown): CliFailure {
  if (error instanceof CliFailure) return error
  if (error instanceof ApiError) {
    return new CliFailure('failed', error.message, { fields: { status: error.status, messages: error.messages } })
  }
  if (error instanceof ScepError) return scepFailure(error)
  if (error instanceof PkiError) return new CliFailure('failed', error.message)
  const { path, code = '' } = error as NodeJS.ErrnoException
  const fault = path === undefined ? undefined : FILE_FAULTS[code]
  if (fault !== undefined) return new CliFailure('failed', `${path}: ${fault}.`, { cause: error })
  return new CliFailure('failed', error instanceof Error ? error.message : String(error))
}

/** What a person understands of the system's words. */
const FILE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read or write there',
  EPERM: 'this user may not read or write there',
  EROFS: 'this disk is read-only',
  ENOSPC: 'the disk is full',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EISDIR: 'this is a folder, not a file',
}

/** Exits of what is no fault of the server's answer. */
const EXIT_OF_REASON: Partial<Readonly<Record<Reason, ExitName>>> = {
  transport_failed: 'network',
  no_password: 'failed',
  not_offered: 'failed',
}

function scepFailure(error: ScepError): CliFailure {
  const exit = EXIT_OF_REASON[error.reason] ?? 'protocol'
  // Here the person at the terminal is the one whom the detail is for.
  const message = error.detail === undefined ? error.message : `${error.message}: ${error.detail}`
  return new CliFailure(exit, message, {
    nextStep: REASONS[error.reason].nextStep,
    fields: { reason: error.reason },
    cause: error,
  })
}
