/** Signed attributes that CMS itself demands (RFC 5652 §11.1, §11.2). */
export const ATTRIBUTE_OID = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
} as const
