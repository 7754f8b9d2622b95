import { CliFailure } from '../cli-failure.ts'

/** A whole number as an option; whether it is too large the server says. */
export function numberOf(option: string, text: string): number {
  if (/^[0-9]{1,3}$/.test(text)) return Number(text)
  throw new CliFailure('failed', `${option} wants a whole number, not "${text}".`)
}
