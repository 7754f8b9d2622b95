import type { FastifyRequest } from 'fastify'
import type { ServerContext } from '../context.ts'
import { peerOf } from '../http/peer.ts'
import { printable } from '../log/printable.ts'
import type { Answer, Outcome } from './answer.ts'

/** What somebody should look at; everything else is a device's business. */
const LEVELS: Partial<Record<Outcome, 'warn' | 'error'>> = { unavailable: 'warn', failed: 'error' }

/** The one line of a SCEP request, and its place in the figures. */
export function writeLogLine(
  { config, log, metrics, hours, now }: ServerContext,
  request: FastifyRequest,
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
  const userAgent = request.headers['user-agent']
  log[event === undefined ? (LEVELS[outcome] ?? 'info') : 'warn'](
    {
      ...report,
      status,
      milliseconds: Math.round(milliseconds * 100) / 100,
      peer: printable(peerOf(request.raw, config.trustedProxies)),
      ...(userAgent === undefined ? {} : { userAgent: printable(userAgent) }),
      id,
    },
    'scep',
  )
}
