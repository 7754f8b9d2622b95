import { ScepError } from '@chancery/scep'
import type { Attempt } from '../attempt.ts'
import { ConfigurationChanged } from '../unavailable.ts'
import type { FailedNotice } from '../voucher.ts'

/**
 * What is done after somebody has vouched for a request: if it comes to nothing, he hears of it, and the device does not
 * wait for that. Nothing is told where the configuration changed: then the request is decided again.
 */
export async function tellingOfFailure<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConfigurationChanged)) tellOfFailure(attempt, error).catch(() => undefined)
    throw error
  }
}

/** Not where anything is recorded: then it may become a certificate yet, or is one, whatever went wrong. */
async function tellOfFailure({ message, endpoint, ports }: Attempt, error: unknown): Promise<void> {
  const csr = message.csr.der
  if ((await ports.vouched.find(csr)) !== undefined) return
  const { transactionId } = message
  await endpoint.challenge?.voucher?.failed({ transactionId, csr, ...asNotice(error) })
}

function asNotice(error: unknown): Pick<FailedNotice, 'reason' | 'description'> {
  if (!(error instanceof ScepError)) {
    return { reason: 'fault', description: 'The certification authority could not issue the certificate.' }
  }
  const { reason, detail, message } = error
  return { reason, description: detail ?? message }
}
