import type { IntunePorts, IntuneRequest, IntuneResponse } from './ports.ts'
import { within } from './within.ts'

/** No complete answer came. The message is a sentence for the administrator. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/**
 * One HTTP exchange, whatever the status of its answer.
 * @param whose such as `Intune`
 * @throws {NoAnswer}
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
    const { host } = new URL(request.url)
    throw new NoAnswer(`${whose} does not answer at ${host}: ${why}. Check network, proxy and firewall.`, { cause })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'network error'
}
