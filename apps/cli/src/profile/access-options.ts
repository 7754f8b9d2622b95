import type { ScepProfileUpdate } from '@chancery/api'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'

export interface AccessOptions {
  readonly allowNetwork?: readonly string[]
  readonly requestsPerMinute?: string
  readonly concurrentRequests?: string
}

export const ACCESS_OPTIONS: readonly Option[] = [
  new Option('--allow-network <network...>', 'serve these networks only, such as 10.0.0.0/8; any: from anywhere'),
  new Option('--requests-per-minute <n>', 'messages of one address in a minute; unlimited: as many as it likes'),
  new Option('--concurrent-requests <n>', 'messages in work at a time in one process; unlimited: no limit of its own'),
]

/** What these options change; the networks are all of them, not some more. */
export function accessUpdate({
  allowNetwork,
  requestsPerMinute,
  concurrentRequests,
}: AccessOptions): ScepProfileUpdate {
  return {
    ...(allowNetwork !== undefined && { allowedNetworks: allowNetwork.filter((network) => network !== 'any') }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute: limit('--requests-per-minute', requestsPerMinute) }),
    ...(concurrentRequests !== undefined && {
      concurrentRequests: limit('--concurrent-requests', concurrentRequests),
    }),
  }
}

function limit(option: string, text: string): number | null {
  if (text === 'unlimited') return null
  if (/^[0-9]{1,9}$/.test(text)) return Number(text)
  throw new CliFailure('failed', `${option} wants a whole number or "unlimited", not "${text}".`)
}
