export const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
export const RSASSA_PSS = '1.2.840.113549.1.1.10'
export const ID_EC_PUBLIC_KEY = '1.2.840.10045.2.1'
export const ED25519 = '1.3.101.112'

export type Curve = 'P-256' | 'P-384' | 'P-521'

/** Named curves that we take (RFC 5480 §2.1.1.1). */
export const CURVES: readonly { readonly name: Curve; readonly oid: string }[] = [
  { name: 'P-256', oid: '1.2.840.10045.3.1.7' },
  { name: 'P-384', oid: '1.3.132.0.34' },
  { name: 'P-521', oid: '1.3.132.0.35' },
]
