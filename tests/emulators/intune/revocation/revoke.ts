import type { EmulatorState } from '../state.ts'
import type { RevocationRequest } from './queue.ts'

/** Wants certificates back: those of a device, or the one of a thumbprint or serial number, in whatever case it is typed. */
export function revoke({ requests, revocations }: EmulatorState, which: string): RevocationRequest[] {
  const isMeant = (name: string | undefined) => name?.toLowerCase() === which.toLowerCase()
  const wanted = requests.issued().filter((one) => [one.deviceId, one.thumbprint, one.serialNumber].some(isMeant))
  if (wanted.length === 0) throw new Error(`no certificate of ${which} was notified`)
  return wanted.map(({ tenant, serialNumber, issuerName, caConfiguration, requestId }) =>
    revocations.enqueue({ tenant, serialNumber, issuerName, caConfiguration, requestId }),
  )
}
