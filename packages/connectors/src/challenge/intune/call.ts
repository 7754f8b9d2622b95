import type { ContactCall } from './contact.ts'
import type { IntuneLimits } from './limits.ts'
import { PASSING, type Persistence } from './persist.ts'
import type { ServiceName } from './service.ts'

interface CallRow {
  readonly service: ServiceName
  readonly path: string
  readonly persistence: Persistence
  /** All attempts together. */
  readonly budget: Exclude<keyof IntuneLimits, 'longestPauseMilliseconds'>
  readonly contact: ContactCall
}

const SCEP = {
  service: 'ScepRequestValidationFEService',
  persistence: { retries: 2, statuses: PASSING },
  budget: 'enrolmentMilliseconds',
} as const
const PKI = { service: 'PkiConnectorFEService', budget: 'jobMilliseconds' } as const

/** What Intune is asked and told. */
export const CALLS = {
  validate: { ...SCEP, path: '/ScepActions/validateRequest', contact: 'validate' },
  succeeded: { ...SCEP, path: '/ScepActions/successNotification', contact: 'notify' },
  failed: { ...SCEP, path: '/ScepActions/failureNotification', contact: 'notify' },
  download: {
    ...PKI,
    path: '/CertificateAuthorityRequests/downloadRevocationRequests',
    persistence: { retries: 1, statuses: PASSING },
    contact: 'download',
  },
  upload: {
    ...PKI,
    path: '/CertificateAuthorityRequests/uploadRevocationResults',
    persistence: { retries: 3, statuses: PASSING },
    contact: 'upload',
  },
} as const satisfies Record<string, CallRow>

export type CallName = keyof typeof CALLS
