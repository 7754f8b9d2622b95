import { BlockList } from 'node:net'
import type { ScepProfileUpdate, ScepProfile as ScepProfileWire } from '@chancery/api'
import type { ScepProfile, ScepProfileChange } from '@chancery/ra'
import { addNetwork } from '../../http/network.ts'

/** From where, and how much at a time: what is left out keeps its value. */
export function accessChange({ access }: Pick<ScepProfile, 'access'>, update: ScepProfileUpdate): ScepProfileChange {
  const { allowedNetworks, requestsPerMinute, concurrentRequests } = update
  const changed = {
    ...(allowedNetworks !== undefined && { networks: allowedNetworks }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(concurrentRequests !== undefined && { concurrentRequests }),
  }
  return Object.keys(changed).length === 0 ? {} : { access: { ...access, ...changed } }
}

export function accessFaults({ allowedNetworks = [] }: ScepProfileUpdate): string[] {
  return allowedNetworks.flatMap((network, index) =>
    addNetwork(new BlockList(), network)
      ? []
      : [`allowedNetworks/${index} is no network: write address/length, such as 10.0.0.0/8 or 2001:db8::/32.`],
  )
}

export function accessToWire({
  access,
}: ScepProfile): Pick<ScepProfileWire, 'allowedNetworks' | 'requestsPerMinute' | 'concurrentRequests'> {
  const { networks, requestsPerMinute, concurrentRequests } = access
  return { allowedNetworks: [...networks], requestsPerMinute, concurrentRequests }
}
