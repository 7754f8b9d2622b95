import { createHash } from 'node:crypto'

/** What was validated and notified for one PKCS#10. */
export interface RequestRecord {
  readonly csrDigest: string
  readonly transactionIds: Set<string>
  requestId: string | undefined
  tenant: string
  state: 'refused' | 'validated' | 'issued' | 'failed'
  /** Set by a success notification. */
  issued?: IssuedCertificate
  /** Set by a failure notification; its body, so that a repetition is told from another failure. */
  failure?: string
}

export interface IssuedCertificate {
  readonly tenant: string
  readonly deviceId: string | undefined
  readonly requestId: string | undefined
  readonly thumbprint: string
  /** Verbatim. */
  readonly serialNumber: string
  readonly issuerName: string
  readonly caConfiguration: string | null
  readonly expires: string
}

/** Requests by the SHA-256 of their octets. */
export class RequestBook {
  readonly #records = new Map<string, RequestRecord>()

  find(certificateRequest: string): RequestRecord | undefined {
    return this.#records.get(digest(certificateRequest))
  }

  /** A verdict about a request: the latest counts, except that what was issued stays issued. */
  judged(certificateRequest: string, verdict: Pick<RequestRecord, 'requestId' | 'tenant'> & JudgedAs): RequestRecord {
    const { requestId, tenant, transactionId, accepted } = verdict
    const known = this.find(certificateRequest)
    const record: RequestRecord = known ?? {
      csrDigest: digest(certificateRequest),
      transactionIds: new Set(),
      requestId,
      tenant,
      state: 'refused',
    }
    if (known === undefined) this.#records.set(record.csrDigest, record)
    record.requestId = requestId ?? record.requestId
    record.transactionIds.add(transactionId)
    if (record.state !== 'issued') record.state = accepted ? 'validated' : 'refused'
    return record
  }

  issued(): IssuedCertificate[] {
    return this.all().flatMap(({ issued }) => (issued === undefined ? [] : [issued]))
  }

  all(): RequestRecord[] {
    return [...this.#records.values()]
  }
}

interface JudgedAs {
  readonly transactionId: string
  readonly accepted: boolean
}

const digest = (certificateRequest: string): string =>
  createHash('sha256').update(Buffer.from(certificateRequest, 'base64')).digest('hex')
