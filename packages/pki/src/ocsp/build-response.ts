import type { DigestName } from '../algorithm/digest.ts'
import {
  bitString,
  encode,
  explicit,
  generalizedTime,
  implicit,
  nullValue,
  octetString,
  oid,
  sequence,
} from '../der/write.ts'
import { buildCertId, type CertId } from './cert-id.ts'
import { buildOcspNonce } from './nonce.ts'
import { OCSP_OID } from './oid.ts'
import { ENUMERATED, responseStatus } from './status.ts'

export type NewCertStatus =
  | { readonly status: 'good' }
  | {
      readonly status: 'revoked'
      readonly at: Date
      /** CRLReason; 0 (unspecified) is left out, as in a CRL (RFC 5280 §5.3.1). */
      readonly reason: number
    }

export type NewSingleResponse = NewCertStatus & {
  /** As it was asked for. */
  readonly certId: CertId & { readonly digest: DigestName }
  readonly thisUpdate: Date
  readonly nextUpdate: Date
}

export interface NewResponseData {
  /** SHA-1 of the responder's key (`keyHash`). */
  readonly responderKeyHash: Buffer
  readonly producedAt: Date
  readonly responses: readonly NewSingleResponse[]
  readonly nonce?: Buffer | undefined
}

/** ResponseData of version 1, which is what is signed. */
export function buildResponseData({ responderKeyHash, producedAt, responses, nonce }: NewResponseData): Buffer {
  return sequence(
    explicit(2, octetString(responderKeyHash)),
    generalizedTime(producedAt),
    sequence(...responses.map(singleResponse)),
    ...(nonce === undefined ? [] : [explicit(1, sequence(buildOcspNonce(nonce)))]),
  )
}

/** A successful OCSPResponse with a BasicOCSPResponse in it. */
export function assembleOcspResponse(
  responseData: Buffer,
  signatureAlgorithm: Buffer,
  signature: Buffer,
  certificates: readonly Buffer[],
): Buffer {
  const basic = sequence(
    responseData,
    signatureAlgorithm,
    bitString(signature),
    ...(certificates.length === 0 ? [] : [explicit(0, sequence(...certificates))]),
  )
  return sequence(SUCCESSFUL, explicit(0, sequence(oid(OCSP_OID.basic), octetString(basic))))
}

function singleResponse(response: NewSingleResponse): Buffer {
  return sequence(
    buildCertId(response.certId),
    certStatus(response),
    generalizedTime(response.thisUpdate),
    explicit(0, generalizedTime(response.nextUpdate)),
  )
}

function certStatus(status: NewCertStatus): Buffer {
  if (status.status === 'good') return GOOD
  const reason = status.reason === 0 ? [] : [explicit(0, encode(ENUMERATED, Buffer.from([status.reason])))]
  return implicit(1, sequence(generalizedTime(status.at), ...reason))
}

const GOOD = implicit(0, nullValue())
const SUCCESSFUL = responseStatus('successful')
