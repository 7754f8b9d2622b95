import type { ChallengeQuestion } from '@chancery/ra'
import type { IntuneConnection } from './connection.ts'
import { requestFields } from './notify.ts'
import { readResult } from './result.ts'

/**
 * What Intune says to a request: its code.
 * @throws {IntuneError} no answer came that counts
 */
export function validateRequest(
  connection: IntuneConnection,
  { transactionId, csr }: Pick<ChallengeQuestion, 'transactionId' | 'csr'>,
): Promise<string> {
  const request = requestFields(connection, { transactionId, csr: csr.der })
  return connection.call('validate', { request }, readResult)
}
