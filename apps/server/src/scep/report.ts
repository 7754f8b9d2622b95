import { hash } from 'node:crypto'
import type { Certificate } from '@chancery/pki'
import { isEnrolment, type ReplyTo, type ScepRequest } from '@chancery/scep'
import type { ServedEndpoint } from '../context.ts'
import { printable } from '../log/printable.ts'
import type { Report } from './answer.ts'

/** The endpoint as the log names it. */
export function endpointReport({ endpoint }: ServedEndpoint): Pick<Report, 'profile' | 'endpoint'> {
  return { profile: endpoint.scepProfile.name, endpoint: endpoint.address }
}

/** What is known of a message, be it opened or only as far as it was understood. */
export function messageReport(
  replyTo: ReplyTo | undefined,
  request: ScepRequest | undefined,
): Pick<Report, 'transactionId' | 'signer' | 'csr' | 'legacy'> {
  if (replyTo === undefined) return {}
  const { transactionId, recipient } = replyTo
  return {
    transactionId: printable(transactionId),
    ...(recipient === undefined ? {} : { signer: signerDigest(recipient, request) }),
    ...(request !== undefined && isEnrolment(request) ? { csr: hash('sha256', request.csr.der, 'hex') } : {}),
    ...(request === undefined || request.legacy.length === 0 ? {} : { legacy: request.legacy }),
  }
}

/** As a transaction is identified: by the key of a certificate that anybody can make, else by the certificate. */
function signerDigest(certificate: Certificate, request: ScepRequest | undefined): string {
  const isOurs = request !== undefined && !request.signer.selfSigned
  return (isOurs ? certificate.digest() : certificate.publicKey.digest()).toString('hex')
}
