import type { ExitName } from './exit-code.ts'

/** The command cannot go on: what happened, what to do about it, and the exit code that says so to scripts. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure'
  readonly exit: ExitName
  readonly nextStep: string | undefined
  /** Fields beside the message for `--json`. */
  readonly fields: Readonly<Record<string, unknown>>

  constructor(
    exit: ExitName,
    message: string,
    { nextStep, fields = {}, cause }: { nextStep?: string; fields?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.exit = exit
    this.nextStep = nextStep
    this.fields = fields
  }
}
