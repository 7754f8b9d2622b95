import { contextTag } from '../der/tag.ts'
import { encode, integer, oid, sequence, set } from '../der/write.ts'
import { buildContentInfo, CONTENT_TYPE } from './content-info.ts'

/**
 * Degenerate SignedData (RFC 5652 §5.2, RFC 8894 §3.3.2.1): no signer, no content. The order is kept and not sorted as
 * DER would have it, because clients take the first certificate for theirs (S-3.3.2.1-03).
 */
export function certsOnly(certificates: readonly Buffer[], crls: readonly Buffer[] = []): Buffer {
  return buildContentInfo(
    'signedData',
    sequence(
      VERSION_1,
      EMPTY_SET,
      ID_DATA,
      ...(certificates.length === 0 ? [] : [encode(CERTIFICATES, ...certificates)]),
      ...(crls.length === 0 ? [] : [encode(CRLS, ...crls)]),
      EMPTY_SET,
    ),
  )
}

const VERSION_1 = integer(1)
const EMPTY_SET = set()
const ID_DATA = sequence(oid(CONTENT_TYPE.data))
const CERTIFICATES = contextTag(0, true)
const CRLS = contextTag(1, true)
