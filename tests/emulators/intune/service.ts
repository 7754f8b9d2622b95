/** What a product uses of Intune: where each lives below the unit of a tenant, and what it calls itself. */
export const SERVICES = {
  ScepRequestValidationFEService: {
    path: 'RACerts/ScepRequestValidationFEService/Gateway/StatelessScepRequestValidationService',
    actions: {
      'ScepActions/validateRequest': 'validate',
      'ScepActions/successNotification': 'success',
      'ScepActions/failureNotification': 'failure',
    },
  },
  PkiConnectorFEService: {
    path: 'RACerts/StatelessPkiConnectorService/Gateway/StatelessPkiConnectorService',
    actions: {
      'CertificateAuthorityRequests/downloadRevocationRequests': 'download',
      'CertificateAuthorityRequests/uploadRevocationResults': 'upload',
    },
  },
} as const

export type ServiceName = keyof typeof SERVICES
export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[]

/** Everything that can be asked, by the name that faults and the log know it. */
export const ENDPOINTS = ['token', 'discovery', 'validate', 'success', 'failure', 'download', 'upload'] as const
export type Endpoint = (typeof ENDPOINTS)[number]
