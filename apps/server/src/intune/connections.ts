import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { IntuneConnections, type IntunePorts, USUAL_LIMITS } from '@chancery/connectors'
import manifest from '../../package.json' with { type: 'json' }
import { sendToIntune } from './send.ts'

type Given = Pick<IntunePorts, 'now' | 'overrides' | 'onContact'>

export interface IntuneOptions extends Given, Partial<Omit<IntunePorts, keyof Given>> {
  /** Whose proxies count. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** What one process speaks to Intune with: one of these, for the life of the process. */
export function intuneConnections({ environment, ...options }: IntuneOptions): IntuneConnections {
  return new IntuneConnections({
    send: sendToIntune({ environment }),
    pause: async (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
    random: Math.random,
    guid: randomUUID,
    product: `Chancery/${manifest.version}`,
    limits: USUAL_LIMITS,
    ...options,
  })
}
