import type { IncomingHttpHeaders } from 'node:http'
import type { Logger } from 'pino'
import { isLoopback } from './source.ts'

/**
 * Tells once that requests come from this machine and speak of somebody behind them: without the proxy among the trusted
 * ones all devices are the same one to us, and the limits count nobody.
 */
export function undeclaredProxy(log: Logger): (peer: string, headers: IncomingHttpHeaders) => void {
  let told = false
  return (peer, headers) => {
    if (told || headers['x-forwarded-for'] === undefined || !isLoopback(peer)) return
    told = true
    log.warn(
      'requests come through a proxy on this machine that is not in CHANCERY_TRUSTED_PROXIES: the log does not tell devices apart, and failures are not limited',
    )
  }
}
