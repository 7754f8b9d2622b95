/** id-pkix-ocsp (RFC 6960 §4.2.1, §4.4). */
export const OCSP_OID = {
  basic: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
} as const
