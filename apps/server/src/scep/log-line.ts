import type { ServerContext } from '../context.ts'
import { printable } from '../log/printable.ts'
import type { Answer, Outcome } from './answer.ts'
import type { Sender } from './record/sketch.ts'

/** What somebody should look at; everything else is a device's business. */
const LEVELS: Partial<Record<Outcome, 'warn' | 'error'>> = { unavailable: 'warn', failed: 'error' }

/** The one line of a SCEP request, and its place in the figures. */
export function writeLogLine(
  { log, metrics, hours, now }: ServerContext,
  { peer, userAgent }: Sender,
  { status, report }: Answer,
  { id, milliseconds }: { readonly id: string; readonly milliseconds: number },
): void {
  const { operation, outcome, event, profile = '', reason } = report
  metrics.scepRequest(operation, outcome, milliseconds / 1000)
  if (operation === 'PKIOperation') {
    hours.count({ scepProfile: profile, outcome, ...(reason === undefined ? {} : { reason }) }, now())
  }
  for (const algorithm of report.legacy ?? []) metrics.legacyAlgorithm(algorithm)
  if (event !== undefined) metrics.securityEvent(event)
  log[event === undefined ? (LEVELS[outcome] ?? 'info') : 'warn'](
    {
      ...report,
      status,
      milliseconds: Math.round(milliseconds * 100) / 100,
      peer: printable(peer),
      ...(userAgent === undefined ? {} : { userAgent: printable(userAgent) }),
      id,
    },
    'scep',
  )
}
