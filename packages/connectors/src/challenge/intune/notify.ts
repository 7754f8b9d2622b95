import { nameToText, parseCertificate } from '@chancery/pki'
import type { FailedNotice, IssuedNotice } from '@chancery/ra'
import { commonName, expiration, thumbprint, toldIssuer, toldSerial } from './certificate-fields.ts'
import type { IntuneConnection } from './connection.ts'
import { errorDescription, hResult } from './failure-fields.ts'
import { readResult } from './result.ts'

/** What Intune was told of a certificate, and what it answered. */
export interface Told {
  readonly code: string
  readonly serial: string
  readonly issuer: string
}

/** @throws {IntuneError} no answer came that counts */
export async function notifyIssued(connection: IntuneConnection, notice: IssuedNotice): Promise<Told> {
  const certificate = parseCertificate(notice.certificate)
  const serial = toldSerial(certificate)
  const issuer = toldIssuer(certificate)
  const notification = {
    ...requestFields(connection, notice),
    certificateThumbprint: thumbprint(certificate),
    certificateSerialNumber: serial,
    certificateExpirationDateUtc: expiration(certificate),
    issuingCertificateAuthority: issuer,
    // The same as the issuer, because the service is seen to filter by either (issue 133 of Microsoft's library).
    caConfiguration: issuer,
    certificateAuthority: commonName(certificate.issuer) || nameToText(certificate.issuer).slice(0, 100),
  }
  const code = await connection.call('succeeded', { notification }, readResult)
  return { code, serial, issuer }
}

/** @throws {IntuneError} no answer came that counts */
export function notifyFailed(connection: IntuneConnection, notice: FailedNotice): Promise<string> {
  const notification = {
    ...requestFields(connection, notice),
    hResult: hResult(notice.reason),
    errorDescription: errorDescription(notice.description),
  }
  return connection.call('failed', { notification }, readResult)
}

/** What names a request in every call: the same in all of them, however often they are made. */
export function requestFields(
  { product }: IntuneConnection,
  { transactionId, csr }: Pick<FailedNotice, 'transactionId' | 'csr'>,
) {
  return { transactionId, certificateRequest: csr.toString('base64'), callerInfo: product }
}
