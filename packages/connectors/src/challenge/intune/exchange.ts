import { IntuneError } from './intune-error.ts'
import type { IntunePorts, IntuneRequest, IntuneResponse } from './ports.ts'
import { within } from './within.ts'

/**
 * One HTTP exchange, whatever the status of its answer.
 * @param whose such as `Intune`
 * @throws {IntuneError} no complete answer came
 */
export async function exchange(
  whose: string,
  request: Omit<IntuneRequest, 'signal'>,
  { send, limits }: Pick<IntunePorts, 'send' | 'limits'>,
  budget: AbortSignal,
): Promise<IntuneResponse> {
  const signal = AbortSignal.any([budget, AbortSignal.timeout(limits.exchangeMilliseconds)])
  try {
    return await within(signal, send({ ...request, signal }))
  } catch (cause) {
    const why = signal.aborted ? 'no complete answer in time' : reasonOf(cause)
    const sentence = `${whose} does not answer at ${new URL(request.url).host}: ${why}. Check network, proxy and firewall.`
    throw new IntuneError('ERR_INTUNE_UNREACHABLE', sentence, { cause })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'network error'
}
