/** pkiStatus values (RFC 8894 §3.2.1.3); 1 is not defined. */
export const PKI_STATUS = { SUCCESS: '0', FAILURE: '2', PENDING: '3' } as const

export type PkiStatus = keyof typeof PKI_STATUS
