import { encode, sequence } from '../der/write.ts'

/** OCSPResponseStatus (RFC 6960 §4.2.1). */
export const OCSP_STATUS = {
  successful: 0,
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const

export type OcspStatus = keyof typeof OCSP_STATUS

/** An answer that tells nothing about any certificate, and that nobody signs (RFC 6960 §2.3). */
export function buildOcspError(status: Exclude<OcspStatus, 'successful'>): Buffer {
  return sequence(responseStatus(status))
}

export function responseStatus(status: OcspStatus): Buffer {
  return encode(ENUMERATED, Buffer.from([OCSP_STATUS[status]]))
}

export const ENUMERATED = 0x0a
