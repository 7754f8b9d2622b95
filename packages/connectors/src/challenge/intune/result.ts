import type { Reading } from './connection.ts'
import { IntuneError } from './intune-error.ts'
import { explainCode, SUCCESS } from './result-code.ts'

/** Nobody writes codes that long. */
const LONGEST_CODE = 100

/**
 * The code of an answer. Only exactly `Success` is a yes.
 * @throws {IntuneError} it has none
 */
export function readResult({ code }: Readonly<Record<string, unknown>>): Reading<string> {
  if (typeof code !== 'string' || code === '') {
    throw new IntuneError('ERR_INTUNE_ANSWER', 'Intune gives an answer without a result code. Check proxies.')
  }
  if (code === SUCCESS) return { value: code }
  const value = code.replaceAll(/\p{Cc}/gu, ' ').slice(0, LONGEST_CODE)
  return { value, refusal: explainCode(value) }
}
