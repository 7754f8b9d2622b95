/** Services of Intune by the names under which Graph lists them, and the version that each is asked for in a header. */
export const SERVICES = {
  ScepRequestValidationFEService: { apiVersion: '2018-02-20' },
  PkiConnectorFEService: { apiVersion: '5019-05-05' },
} as const satisfies Record<string, { readonly apiVersion: string }>

export type ServiceName = keyof typeof SERVICES
